using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Storage.Stores;

/// <summary>A record that is accepted: it goes on its worker's timeline.</summary>
/// <param name="WorkerId">The source's key of the person.</param>
/// <param name="Number">Number within the source.</param>
/// <param name="NewResourceId">The resource id to give where the worker is new; otherwise null.</param>
/// <param name="Row">Where it stands in the batch.</param>
/// <param name="Seen">Hash by which the same row is recognised in the next feed; null to leave the one that is known.</param>
/// <param name="ManagerId">The source's key of the manager, as of the record.</param>
/// <param name="Department">The department, as of the record.</param>
/// <param name="Country">The country, as of the record.</param>
/// <param name="Assertion">What it says; the sequence of arrival is given when it is written.</param>
public sealed record AcceptedRecord(
    string WorkerId,
    long Number,
    string? NewResourceId,
    long Row,
    string? Seen,
    string? ManagerId,
    string? Department,
    string? Country,
    Assertion Assertion);

/// <summary>The timelines: appended to, and never changed.</summary>
public static class RecordStore
{
    internal const string Columns =
        "recorded_at, batch_id, row, hash, relationship, slot, effective, dated, sequence, kind, partial, facts";

    private static readonly LocalDate Epoch = new(1970, 1, 1);

    /// <summary>Appends the records and makes their workers due for a decision.</summary>
    public static async Task AcceptAsync(
        Session session, string source, IReadOnlyCollection<AcceptedRecord> records, long now, CancellationToken cancel)
    {
        var workers = new Rows(
            "source", "worker_id", "number:int", "resource_id", "record_hash", "manager_id", "department", "country", "decide_at:int", "correlation");
        var changed = new Rows(
            "source", "number:int", "record_hash", "manager_id", "department", "country", "decide_at:int", "correlation");
        var rows = new Rows(
            "source", "number:int", "recorded_at:int", "batch_id", "row:int", "hash", "relationship", "slot", "effective:int", "dated:bool",
            "sequence:int", "kind:int", "partial:bool", "facts");
        var relationships = new Rows("source", "relationship", "worker_id");
        var last = new Dictionary<long, AcceptedRecord>();
        foreach (var r in records)
        {
            var a = r.Assertion;
            if (r.NewResourceId is not null)
                workers.Add(source, r.WorkerId, r.Number, r.NewResourceId, r.Seen ?? "", r.ManagerId, r.Department, r.Country, now, a.BatchId);
            else
                last[r.Number] = last.TryGetValue(r.Number, out var earlier) ? r with { Seen = r.Seen ?? earlier.Seen } : r;
            rows.Add(
                source, r.Number, a.RecordedAt.ToMicroseconds(), a.BatchId, r.Row, a.Hash, a.Relationship, a.Slot, Day(a.EffectiveFrom),
                a.Dated, a.Sequence, (long)a.Kind, a.Partial, a.Facts);
            if (a.Relationship != r.WorkerId)
                relationships.Add(source, a.Relationship, r.WorkerId);
        }

        // Of several records about one worker the last knows what all of them come to; which of several rows an UPDATE takes is nobody's
        // promise.
        foreach (var r in last.Values)
            changed.Add(source, r.Number, r.Seen, r.ManagerId, r.Department, r.Country, now, r.Assertion.BatchId);
        await session.ExecuteAsync(
            "INSERT INTO worker (source, worker_id, number, resource_id, record_hash, manager_id, department, country, decide_at, correlation) {rows}",
            workers,
            cancel);
        await session.ExecuteAsync(
            "UPDATE worker SET record_hash = coalesce(v.record_hash, worker.record_hash), manager_id = v.manager_id, " +
            "department = v.department, country = v.country, decide_at = v.decide_at, correlation = v.correlation, " +
            "generation = worker.generation + 1, missing_since = NULL " +
            "FROM ({rows}) AS v WHERE worker.source = v.source AND worker.number = v.number",
            changed,
            cancel);
        await session.ExecuteAsync(
            "INSERT INTO record (source, number, recorded_at, batch_id, row, hash, relationship, slot, effective, dated, sequence, kind, partial, facts) {rows}",
            rows,
            cancel);
        await NoteAsync(session, source, records, now, cancel);
        await session.ExecuteAsync(
            "INSERT INTO relationship (source, relationship, worker_id) {rows} ON CONFLICT (source, relationship) DO NOTHING",
            relationships,
            cancel);
    }

    /// <summary>All assertions about the workers, those that were taken back among them, by the source's key of the person.</summary>
    public static async Task<ILookup<string, Assertion>> OfWorkersAsync(
        Session session, string source, IReadOnlyCollection<string> workerIds, CancellationToken cancel)
    {
        var found = workerIds.Count == 0 ? [] : await session.QueryAsync(
            // CROSS JOIN: SQLite keeps the order, and would otherwise go through all records of the source.
            $"SELECT w.worker_id, r.seq, r.retracted_at, {Prefixed("r")} FROM worker w CROSS JOIN record r " +
            "WHERE r.source = w.source AND r.number = w.number AND w.source = @source AND " +
            session.Dialect.In("w.worker_id", "@ids") + " ORDER BY r.seq",
            r => (Worker: r.GetString(0), Assertion: Read(r, 3) with
            {
                Seq = r.GetInt64(1),
                RetractedAt = r.IsDBNull(2) ? null : Microseconds.ToInstant(r.GetInt64(2)),
            }),
            cancel,
            ("source", source), ("ids", workerIds));
        return found.ToLookup(f => f.Worker, f => f.Assertion, StringComparer.Ordinal);
    }

    /// <summary>Rows of a batch that went on their workers' timelines, in their order.</summary>
    public static Task<List<(long Row, string WorkerId)>> OfBatchAsync(
        Session session, string batchId, long afterRow, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT r.row, r.relationship FROM record r WHERE r.batch_id = @batch AND r.row > @after ORDER BY r.row LIMIT @limit",
        r => (r.GetInt64(0), r.GetString(1)),
        cancel,
        ("batch", batchId), ("after", afterRow), ("limit", limit));

    // Whom a record is about is known by number; the journal knows them by their resource.
    private static Task NoteAsync(Session session, string source, IEnumerable<AcceptedRecord> records, long now, CancellationToken cancel)
    {
        var rows = new Rows("at:int", "source", "number:int", "actor", "batch", "data");
        foreach (var r in records)
        {
            var data = string.Create(CultureInfo.InvariantCulture, $$"""{"row":{{r.Row}},"hash":{{JsonValue.Create(r.Assertion.Hash).ToJsonString()}}}""");
            rows.Add(now, source, r.Number, "hr:" + source, r.Assertion.BatchId, data);
        }

        return session.ExecuteAsync(
            "INSERT INTO journal (at, kind, subject, actor, correlation, data) SELECT v.at, 'record.accepted', w.resource_id, v.actor, v.batch, v.data " +
            "FROM ({rows}) AS v CROSS JOIN worker w WHERE w.source = v.source AND w.number = v.number",
            rows,
            cancel);
    }

    internal static string Prefixed(string alias) => string.Join(", ", Columns.Split(", ").Select(c => $"{alias}.{c}"));

    internal static long Day(LocalDate date) => Period.DaysBetween(Epoch, date);

    internal static Assertion Read(DbDataReader r, int first) => new()
    {
        Seq = 0,
        RecordedAt = Microseconds.ToInstant(r.GetInt64(first)),
        BatchId = r.GetString(first + 1),
        Hash = r.GetString(first + 3),
        Relationship = r.GetString(first + 4),
        Slot = r.GetString(first + 5),
        EffectiveFrom = Epoch.PlusDays(checked((int)r.GetInt64(first + 6))),
        Dated = r.GetBoolean(first + 7),
        Sequence = r.GetInt64(first + 8),
        Kind = (RecordKind)r.GetInt64(first + 9),
        Partial = r.GetBoolean(first + 10),
        Facts = r.GetString(first + 11),
    };
}
