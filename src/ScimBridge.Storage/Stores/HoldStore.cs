using System.Data.Common;
using ScimBridge.Provisioning.Safety;

namespace ScimBridge.Storage.Stores;

/// <summary>A record that waits for a verdict.</summary>
/// <param name="Record">What it would bring.</param>
/// <param name="Effect">What it would do.</param>
/// <param name="Move">From where to where it moves the worker; null where it does not.</param>
public sealed record HeldRecord(AcceptedRecord Record, Effect Effect, string? Move)
{
    /// <summary>Its id; 0 before it is written.</summary>
    public long Id { get; init; }

    /// <summary>The hold that it is part of; null before its batch has been judged.</summary>
    public string? HoldId { get; init; }

    /// <summary>What became of it; null while it waits.</summary>
    public string? Outcome { get; init; }
}

/// <summary>A set of records that a person has to decide about.</summary>
/// <param name="Id">The id.</param>
/// <param name="Source">The source; empty for <c>rules</c> and <c>policy</c>.</param>
/// <param name="BatchId">The batch that brought them; empty likewise.</param>
/// <param name="Kind"><c>breaker</c>, <c>reorganisation</c>, <c>missing</c>, or <c>rules</c> and <c>policy</c>, which have no records.</param>
/// <param name="Reasons">JSON: why, in figures.</param>
/// <param name="State"><c>open</c>, <c>decided</c>, <c>expired</c> or <c>superseded</c>.</param>
/// <param name="Records">How many there were.</param>
/// <param name="CreatedAt">When it began, in microseconds since 1970.</param>
/// <param name="ExpiresAt">When it ends undecided, in microseconds since 1970.</param>
/// <param name="DecidedBy">Who decided last.</param>
public sealed record Hold(
    string Id,
    string Source,
    string BatchId,
    string Kind,
    string Reasons,
    string State,
    long Records,
    long CreatedAt,
    long ExpiresAt,
    string? DecidedBy);

/// <summary>Holds, and the records that wait in them.</summary>
public static class HoldStore
{
    private const string HeldColumns =
        "h.id, h.number, h.manager_id, h.department, h.country, h.effect, h.move, h.hold_id, h.outcome, w.worker_id";

    private const string HoldColumns =
        "id, source, batch_id, kind, reasons, state, records, created_at, expires_at, decided_by";

    /// <summary>Puts records aside until their batch has been judged. A snapshot takes the place of one that waited.</summary>
    public static async Task AddAsync(
        Session session, string source, IReadOnlyCollection<HeldRecord> held, CancellationToken cancel)
    {
        await SupersedeAsync(session, source, held.Select(h => h.Record), cancel);
        var rows = new Rows(
            "source", "number:int", "recorded_at:int", "batch_id", "row:int", "hash", "relationship", "slot", "effective:int", "dated:bool",
            "sequence:int", "kind:int", "partial:bool", "facts", "manager_id", "department", "country", "effect:int", "move");
        foreach (var h in held)
        {
            var (r, a) = (h.Record, h.Record.Assertion);
            rows.Add(
                source, r.Number, a.RecordedAt.ToMicroseconds(), a.BatchId, r.Row, a.Hash, a.Relationship, a.Slot,
                RecordStore.Day(a.EffectiveFrom), a.Dated, a.Sequence, (long)a.Kind, a.Partial, a.Facts, r.ManagerId, r.Department, r.Country,
                (long)h.Effect, h.Move);
        }

        await session.ExecuteAsync(
            "INSERT INTO held_record (source, number, recorded_at, batch_id, row, hash, relationship, slot, effective, dated, sequence, " +
            "kind, partial, facts, manager_id, department, country, effect, move) {rows}",
            rows,
            cancel);
    }

    /// <summary>Snapshots that wait in a hold are overtaken by newer ones of the same relationship. What is dated keeps its own day.</summary>
    public static Task SupersedeAsync(Session session, string source, IEnumerable<AcceptedRecord> news, CancellationToken cancel)
    {
        var rows = new Rows("source", "number:int", "relationship");
        foreach (var (number, relationship) in news.Where(r => r.Assertion is { Dated: false, Partial: false })
            .Select(r => (r.Number, r.Assertion.Relationship)).Distinct())
        {
            rows.Add(source, number, relationship);
        }

        return SupersedeAsync(session, rows, cancel);
    }

    /// <summary>Snapshots that wait in a hold are overtaken: their workers were seen again as they are known.</summary>
    public static Task SupersedeAsync(
        Session session, string source, IEnumerable<(long Number, string Relationship)> seen, CancellationToken cancel)
    {
        var rows = new Rows("source", "number:int", "relationship");
        foreach (var (number, relationship) in seen.Distinct())
            rows.Add(source, number, relationship);
        return SupersedeAsync(session, rows, cancel);
    }

    /// <summary>What waits for the verdict on a batch, at most <paramref name="limit"/> after <paramref name="after"/>.</summary>
    public static Task<List<HeldRecord>> OfBatchAsync(
        Session session, string batchId, long after, int limit, CancellationToken cancel) => QueryAsync(
        session, "h.batch_id = @id AND h.hold_id IS NULL AND h.outcome IS NULL", batchId, after, limit, cancel);

    /// <summary>The records of a hold, at most <paramref name="limit"/> after <paramref name="after"/>.</summary>
    public static Task<List<HeldRecord>> OfHoldAsync(
        Session session, string holdId, long after, int limit, CancellationToken cancel) => QueryAsync(
        session, "h.hold_id = @id", holdId, after, limit, cancel);

    /// <summary>The records that a batch brought and that waited, in the order of its rows.</summary>
    public static Task<List<HeldRecord>> BroughtAsync(
        Session session, string batchId, long afterRow, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {HeldColumns}, {RecordStore.Prefixed("h")} FROM held_record h JOIN worker w ON w.source = h.source AND w.number = h.number " +
        "WHERE h.batch_id = @id AND h.row > @after ORDER BY h.row LIMIT @limit",
        Read,
        cancel,
        ("id", batchId), ("after", afterRow), ("limit", limit));

    /// <summary>Opens a hold over records that were put aside.</summary>
    public static async Task OpenAsync(
        Session session, Hold hold, IEnumerable<long> ids, CancellationToken cancel)
    {
        await session.ExecuteAsync(
            "INSERT INTO hold (id, source, batch_id, kind, reasons, state, records, created_at, expires_at) " +
            "VALUES (@id, @source, @batch, @kind, @reasons, 'open', @records, @created, @expires)",
            cancel,
            ("id", hold.Id), ("source", hold.Source), ("batch", hold.BatchId), ("kind", hold.Kind), ("reasons", hold.Reasons),
            ("records", hold.Records), ("created", hold.CreatedAt), ("expires", hold.ExpiresAt));
        var rows = new Rows("id:int", "hold_id");
        foreach (var id in ids)
            rows.Add(id, hold.Id);
        await session.ExecuteAsync(
            "UPDATE held_record SET hold_id = v.hold_id FROM ({rows}) AS v WHERE held_record.id = v.id", rows, cancel);
    }

    /// <summary>Notes what became of records. Only those that still wait are touched; answers with how many that were.</summary>
    public static Task<long> SettleAsync(Session session, IEnumerable<long> ids, string outcome, CancellationToken cancel)
    {
        var rows = new Rows("id:int", "outcome");
        foreach (var id in ids)
            rows.Add(id, outcome);
        return session.ExecuteAsync(
            "UPDATE held_record SET outcome = v.outcome FROM ({rows}) AS v WHERE held_record.id = v.id AND held_record.outcome IS NULL",
            rows,
            cancel);
    }

    /// <summary>Rejects what of a batch still waits, and closes its holds.</summary>
    public static async Task RejectBatchAsync(Session session, string batchId, long now, string by, CancellationToken cancel)
    {
        await session.ExecuteAsync(
            "UPDATE held_record SET outcome = 'rejected' WHERE batch_id = @batch AND outcome IS NULL", cancel, ("batch", batchId));
        await session.ExecuteAsync(
            "UPDATE hold SET state = 'decided', decided_at = @now, decided_by = @by WHERE batch_id = @batch AND state = 'open'",
            cancel,
            ("batch", batchId), ("now", now), ("by", by));
    }

    /// <summary>Holds, newest first; of one source and one state where they are named.</summary>
    public static Task<List<Hold>> ListAsync(
        Session session, string? source, string? state, string? before, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {HoldColumns} FROM hold WHERE (@source IS NULL OR source = @source) AND (@state IS NULL OR state = @state) " +
        "AND (@before IS NULL OR id < @before) ORDER BY id DESC LIMIT @limit",
        ReadHold,
        cancel,
        ("source", source), ("state", state), ("before", before), ("limit", limit));

    /// <summary>The hold, or null.</summary>
    public static Task<Hold?> FindAsync(Session session, string id, CancellationToken cancel) => session.FirstAsync<Hold?>(
        $"SELECT {HoldColumns} FROM hold WHERE id = @id", ReadHold, cancel, ("id", id));

    /// <summary>Open holds of the source that have expired.</summary>
    public static Task<List<Hold>> ExpiredAsync(Session session, string source, long now, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {HoldColumns} FROM hold WHERE source = @source AND state = 'open' AND expires_at <= @now",
        ReadHold,
        cancel,
        ("source", source), ("now", now));

    /// <summary>Closes the hold where none of its records waits any more, or anyhow where a state is given.</summary>
    public static Task CloseAsync(
        Session session, string id, string state, bool anyhow, string? by, long now, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE hold SET state = @state, decided_at = @now, decided_by = coalesce(@by, decided_by) WHERE id = @id AND state = 'open' " +
        "AND (@anyhow OR NOT EXISTS (SELECT 1 FROM held_record WHERE hold_id = @id AND outcome IS NULL))",
        cancel,
        ("id", id), ("state", state), ("anyhow", anyhow), ("by", by), ("now", now));

    /// <summary>Adds to what has passed on a day.</summary>
    public static Task PassedAsync(
        Session session, string source, long day, IEnumerable<(Effect Effect, long Count)> passed, CancellationToken cancel)
    {
        var rows = new Rows("source", "effect:int", "day:int", "count:int");
        foreach (var (effect, count) in passed.Where(p => p.Count > 0))
            rows.Add(source, (long)effect, day, count);
        return session.ExecuteAsync(
            "INSERT INTO effect_passed (source, effect, day, count) {rows} " +
            "ON CONFLICT (source, effect, day) DO UPDATE SET count = effect_passed.count + excluded.count",
            rows,
            cancel);
    }

    /// <summary>How much of an effect has passed since a day.</summary>
    public static async Task<long> PassedSinceAsync(
        Session session, string source, Effect effect, long day, CancellationToken cancel) => await session.FirstAsync(
        "SELECT CAST(coalesce(sum(count), 0) AS bigint) FROM effect_passed WHERE source = @source AND effect = @effect AND day >= @day",
        r => r.GetInt64(0),
        cancel,
        ("source", source), ("effect", (int)effect), ("day", day));

    private static Task<long> SupersedeAsync(Session session, Rows rows, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE held_record SET outcome = 'superseded' FROM ({rows}) AS v WHERE held_record.outcome IS NULL AND held_record.hold_id IS NOT NULL " +
        "AND NOT held_record.dated AND NOT held_record.partial AND held_record.source = v.source AND held_record.number = v.number " +
        "AND held_record.relationship = v.relationship",
        rows,
        cancel);

    private static Task<List<HeldRecord>> QueryAsync(
        Session session, string condition, string id, long after, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {HeldColumns}, {RecordStore.Prefixed("h")} FROM held_record h JOIN worker w ON w.source = h.source AND w.number = h.number " +
        $"WHERE {condition} AND h.id > @after ORDER BY h.id LIMIT @limit",
        Read,
        cancel,
        ("id", id), ("after", after), ("limit", limit));

    private static HeldRecord Read(DbDataReader r)
    {
        var assertion = RecordStore.Read(r, 10);
        var record = new AcceptedRecord(
            r.GetString(9), r.GetInt64(1), NewResourceId: null, r.GetInt64(12), Seen: null, Text(r, 2), Text(r, 3), Text(r, 4), assertion);
        return new HeldRecord(record, (Effect)r.GetInt64(5), Text(r, 6))
        {
            Id = r.GetInt64(0),
            HoldId = Text(r, 7),
            Outcome = Text(r, 8),
        };
    }

    private static Hold ReadHold(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), r.GetInt64(6), r.GetInt64(7),
        r.GetInt64(8), Text(r, 9));

    private static string? Text(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
