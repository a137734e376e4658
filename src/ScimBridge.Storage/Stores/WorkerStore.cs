using System.Data.Common;

namespace ScimBridge.Storage.Stores;

/// <summary>What is known of a worker before a batch is read.</summary>
/// <param name="Number">The number within the source.</param>
/// <param name="RecordHash">Hash of the record that holds.</param>
public readonly record struct KnownWorker(long Number, string RecordHash);

/// <summary>A record that is new or different, as it is written.</summary>
/// <param name="WorkerId">The source's key.</param>
/// <param name="Number">Number within the source.</param>
/// <param name="NewResourceId">The resource id to give where the worker is new; otherwise null.</param>
/// <param name="Row">Where it stands in the batch.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="ManagerId">The source's key of the manager.</param>
/// <param name="Facts">JSON of the canonical facts.</param>
public sealed record AcceptedRecord(
    string WorkerId, long Number, string? NewResourceId, long Row, string Hash, string? ManagerId, string Facts);

/// <summary>A worker who is due for a decision, with everything that the decision needs.</summary>
public sealed record DueWorker
{
    /// <summary>The source's key.</summary>
    public required string WorkerId { get; init; }

    /// <summary>Id of the worker's resource, whether it exists or not.</summary>
    public required string ResourceId { get; init; }

    /// <summary>Hash of the record that was loaded: settling touches the worker only while it still holds.</summary>
    public required string RecordHash { get; init; }

    /// <summary>Access state of the last decision; null before the first.</summary>
    public required string? Access { get; init; }

    /// <summary>The batch that spoke last.</summary>
    public required string Correlation { get; init; }

    /// <summary>JSON of the facts that hold.</summary>
    public required string Facts { get; init; }

    /// <summary>Version of the resource; 0 where there is none.</summary>
    public required long ResourceVersion { get; init; }

    /// <summary>Body of the resource, where there is one.</summary>
    public required string? ResourceBody { get; init; }

    /// <summary>Resource id of the manager, where the manager is a known worker.</summary>
    public required string? ManagerResourceId { get; init; }

    /// <summary>Whether the manager's resource exists.</summary>
    public required bool ManagerHasResource { get; init; }

    /// <summary>JSON of the manager's facts, where the manager is a known worker whose resource does not exist.</summary>
    public required string? ManagerFacts { get; init; }
}

/// <summary>What was decided about a worker.</summary>
/// <param name="WorkerId">The source's key.</param>
/// <param name="RecordHash">Hash of the record that the decision rests on.</param>
/// <param name="Access">The access state; null where none was ever decided.</param>
/// <param name="NextAt">When to decide again with no new record, in microseconds since 1970; null for never.</param>
/// <param name="AwaitsManager">The manager is not known yet.</param>
public readonly record struct DecidedWorker(string WorkerId, string RecordHash, string? Access, long? NextAt, bool AwaitsManager);

/// <summary>The workers and the records about them.</summary>
public static class WorkerStore
{
    /// <summary>The number that the next new worker of the source gets.</summary>
    public static async Task<long> NextNumberAsync(Session session, string source, CancellationToken cancel) =>
        await session.FirstAsync(
            "SELECT coalesce(max(number), -1) + 1 FROM worker WHERE source = @source", r => r.GetInt64(0), cancel, ("source", source));

    /// <summary>What is known of the given workers.</summary>
    public static async Task<Dictionary<string, KnownWorker>> FindAsync(
        Session session, string source, IReadOnlyCollection<string> workerIds, CancellationToken cancel)
    {
        var found = await session.QueryAsync(
            "SELECT worker_id, number, record_hash FROM worker WHERE source = @source AND " + session.Dialect.In("worker_id", "@ids"),
            r => KeyValuePair.Create(r.GetString(0), new KnownWorker(r.GetInt64(1), r.GetString(2))),
            cancel,
            ("source", source), ("ids", workerIds));
        return new Dictionary<string, KnownWorker>(found, StringComparer.Ordinal);
    }

    /// <summary>Appends the records and makes their workers due for a decision.</summary>
    public static async Task AcceptAsync(
        Session session, string source, string batchId, IReadOnlyCollection<AcceptedRecord> records, long now, CancellationToken cancel)
    {
        var workers = new Rows(
            "source", "worker_id", "number:int", "resource_id", "record_hash", "manager_id", "decide_at:int", "correlation");
        var changed = new Rows("source", "worker_id", "record_hash", "manager_id", "decide_at:int", "correlation");
        var superseded = new Rows("source", "number:int", "at:int");
        var rows = new Rows("source", "number:int", "recorded_at:int", "batch_id", "row:int", "hash", "facts");
        foreach (var r in records)
        {
            if (r.NewResourceId is not null)
            {
                workers.Add(source, r.WorkerId, r.Number, r.NewResourceId, r.Hash, r.ManagerId, now, batchId);
            }
            else
            {
                changed.Add(source, r.WorkerId, r.Hash, r.ManagerId, now, batchId);
                superseded.Add(source, r.Number, now);
            }

            rows.Add(source, r.Number, now, batchId, r.Row, r.Hash, r.Facts);
        }

        await session.ExecuteAsync(
            "INSERT INTO worker (source, worker_id, number, resource_id, record_hash, manager_id, decide_at, correlation) {rows}",
            workers,
            cancel);
        await session.ExecuteAsync(
            "UPDATE worker SET record_hash = v.record_hash, manager_id = v.manager_id, decide_at = v.decide_at, " +
            "correlation = v.correlation FROM ({rows}) AS v WHERE worker.source = v.source AND worker.worker_id = v.worker_id",
            changed,
            cancel);
        await session.ExecuteAsync(
            "UPDATE record SET superseded_at = v.at FROM ({rows}) AS v " +
            "WHERE record.source = v.source AND record.number = v.number AND record.superseded_at IS NULL",
            superseded,
            cancel);
        await session.ExecuteAsync(
            "INSERT INTO record (source, number, recorded_at, batch_id, row, hash, facts) {rows}", rows, cancel);
    }

    /// <summary>Workers of the source who are due for a decision, at most <paramref name="limit"/>.</summary>
    public static Task<List<DueWorker>> DueAsync(Session session, string source, long now, int limit, CancellationToken cancel) =>
        session.QueryAsync(
            "SELECT w.worker_id, w.resource_id, w.record_hash, w.access, w.correlation, r.facts, " +
            "coalesce(s.version, 0), s.body, m.resource_id, ms.id, CASE WHEN ms.id IS NULL THEN mr.facts END " +
            "FROM (SELECT * FROM worker WHERE source = @source AND decide_at <= @now ORDER BY decide_at LIMIT @limit) w " +
            "JOIN record r ON r.source = w.source AND r.number = w.number AND r.superseded_at IS NULL " +
            "LEFT JOIN resource s ON s.id = w.resource_id " +
            "LEFT JOIN worker m ON m.source = w.source AND m.worker_id = w.manager_id " +
            "LEFT JOIN resource ms ON ms.id = m.resource_id " +
            "LEFT JOIN record mr ON mr.source = m.source AND mr.number = m.number AND mr.superseded_at IS NULL",
            ReadDue,
            cancel,
            ("source", source), ("now", now), ("limit", limit));

    /// <summary>Writes what was decided. A worker about whom a newer record has come in stays due.</summary>
    public static Task DecidedAsync(Session session, string source, IEnumerable<DecidedWorker> decided, CancellationToken cancel)
    {
        var rows = new Rows("source", "worker_id", "record_hash", "access", "next_at:int", "awaits:bool");
        foreach (var d in decided)
            rows.Add(source, d.WorkerId, d.RecordHash, d.Access, d.NextAt, d.AwaitsManager);
        return session.ExecuteAsync(
            "UPDATE worker SET access = v.access, decide_at = v.next_at, awaits_manager = v.awaits FROM ({rows}) AS v " +
            "WHERE worker.source = v.source AND worker.worker_id = v.worker_id AND worker.record_hash = v.record_hash",
            rows,
            cancel);
    }

    /// <summary>Makes those due for a decision who were decided while one of these managers was not known.</summary>
    public static Task MarkAwaitingAsync(
        Session session, string source, IReadOnlyCollection<string> managerIds, long now, CancellationToken cancel) =>
        managerIds.Count == 0
            ? Task.CompletedTask
            : session.ExecuteAsync(
                "UPDATE worker SET decide_at = @now WHERE source = @source AND awaits_manager AND " +
                session.Dialect.In("manager_id", "@ids"),
                cancel,
                ("source", source), ("now", now), ("ids", managerIds));

    /// <summary>How many workers of the source are known.</summary>
    public static async Task<long> CountAsync(Session session, string source, CancellationToken cancel) => await session.FirstAsync(
        "SELECT count(*) FROM worker WHERE source = @source", r => r.GetInt64(0), cancel, ("source", source));

    /// <summary>When the next decision falls due, in microseconds since 1970; null where none does.</summary>
    public static Task<long?> NextAtAsync(Session session, string source, CancellationToken cancel) => session.FirstAsync(
        "SELECT min(decide_at) FROM worker WHERE source = @source AND decide_at IS NOT NULL",
        r => r.IsDBNull(0) ? (long?)null : r.GetInt64(0),
        cancel,
        ("source", source));

    private static DueWorker ReadDue(DbDataReader r) => new()
    {
        WorkerId = r.GetString(0),
        ResourceId = r.GetString(1),
        RecordHash = r.GetString(2),
        Access = Text(r, 3),
        Correlation = r.GetString(4),
        Facts = r.GetString(5),
        ResourceVersion = r.GetInt64(6),
        ResourceBody = Text(r, 7),
        ManagerResourceId = Text(r, 8),
        ManagerHasResource = !r.IsDBNull(9),
        ManagerFacts = Text(r, 10),
    };

    private static string? Text(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
