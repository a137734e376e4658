using System.Data.Common;

namespace ScimBridge.Storage.Stores;

/// <summary>A worker whose last record is not believed.</summary>
/// <param name="Id">The id of the entry.</param>
/// <param name="Source">The source.</param>
/// <param name="WorkerId">The source's key, as the record has it.</param>
/// <param name="Rule">The rule that doubts it.</param>
/// <param name="Field">The field at fault: a canonical name, or the source's own name of the column.</param>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="BatchId">The batch that brought it last.</param>
/// <param name="Row">The row.</param>
/// <param name="Hash">Hash of the record, where one could be made of the row.</param>
/// <param name="Since">Since when, in microseconds since 1970.</param>
/// <param name="SeenAt">When it was heard last.</param>
public sealed record Quarantined(
    string Id,
    string Source,
    string WorkerId,
    string Rule,
    string? Field,
    string Reason,
    string BatchId,
    long Row,
    string? Hash,
    long Since,
    long SeenAt);

/// <summary>Records that are not believed, one a worker: the last one.</summary>
public static class QuarantineStore
{
    /// <summary>The rule of those whose record is sound, and whose user cannot be made of it by the mapping as it is configured.</summary>
    public const string Mapping = "mapping";

    private const string Columns = "id, source, worker_id, rule, field, reason, batch_id, row, hash, since, seen_at";

    /// <summary>Puts records in quarantine. How long a worker has been there counts from the first.</summary>
    public static Task AddAsync(Session session, IReadOnlyCollection<Quarantined> records, CancellationToken cancel)
    {
        var rows = new Rows(
            "id", "source", "worker_id", "rule", "field", "reason", "batch_id", "row:int", "hash", "since:int", "seen_at:int");
        foreach (var q in records.DistinctBy(q => (q.Source, q.WorkerId)))
            rows.Add(q.Id, q.Source, q.WorkerId, q.Rule, q.Field, q.Reason, q.BatchId, q.Row, q.Hash, q.Since, q.SeenAt);
        return session.ExecuteAsync(
            $"INSERT INTO quarantine ({Columns}) {{rows}} ON CONFLICT (source, worker_id) DO UPDATE SET rule = excluded.rule, " +
            "field = excluded.field, reason = excluded.reason, batch_id = excluded.batch_id, row = excluded.row, hash = excluded.hash, " +
            "seen_at = excluded.seen_at",
            rows,
            cancel);
    }

    /// <summary>
    /// Puts workers in quarantine of whom the mapping makes no user. Where a record of theirs is not believed, that is what is kept.
    /// </summary>
    public static Task AddUnmappedAsync(Session session, IReadOnlyCollection<Quarantined> workers, CancellationToken cancel)
    {
        var rows = new Rows(
            "id", "source", "worker_id", "rule", "field", "reason", "batch_id", "row:int", "hash", "since:int", "seen_at:int");
        foreach (var q in workers)
            rows.Add(q.Id, q.Source, q.WorkerId, Mapping, q.Field, q.Reason, q.BatchId, q.Row, q.Hash, q.Since, q.SeenAt);
        return session.ExecuteAsync(
            $"INSERT INTO quarantine ({Columns}) {{rows}} ON CONFLICT (source, worker_id) DO UPDATE SET field = excluded.field, " +
            $"reason = excluded.reason, batch_id = excluded.batch_id, hash = excluded.hash, seen_at = excluded.seen_at " +
            $"WHERE quarantine.rule = '{Mapping}'",
            rows,
            cancel);
    }

    /// <summary>Lets workers out whom the mapping was what held up, and of whom it makes a user now.</summary>
    public static async Task ReleaseMappedAsync(
        Session session, string source, IReadOnlyCollection<string> workerIds, CancellationToken cancel)
    {
        // Mostly nobody is there.
        var anybody = await session.FirstAsync(
            $"SELECT 1 FROM quarantine WHERE source = @source AND rule = '{Mapping}' LIMIT 1", r => r.GetInt32(0), cancel, ("source", source));
        if (anybody == 0)
            return;
        await session.ExecuteAsync(
            $"DELETE FROM quarantine WHERE source = @source AND rule = '{Mapping}' AND " + session.Dialect.In("worker_id", "@ids"),
            cancel,
            ("source", source), ("ids", workerIds));
    }

    /// <summary>Lets workers out about whom a record was accepted.</summary>
    public static async Task ReleaseAsync(
        Session session, string source, IReadOnlyCollection<string> workerIds, CancellationToken cancel)
    {
        if (workerIds.Count > 0)
        {
            await session.ExecuteAsync(
                "DELETE FROM quarantine WHERE source = @source AND " + session.Dialect.In("worker_id", "@ids"),
                cancel,
                ("source", source), ("ids", workerIds));
        }
    }

    /// <summary>Which workers in quarantine are to be let out.</summary>
    /// <param name="session">The session.</param>
    /// <param name="source">The source.</param>
    /// <param name="sound">Workers of whom the last good record came again: they are let out, but for what is no record's fault.</param>
    /// <param name="mended">Workers of whom a record came that is news, and that nothing is wrong with.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task<List<string>> AmongAsync(
        Session session, string source, IReadOnlyCollection<string> sound, IReadOnlyCollection<string> mended, CancellationToken cancel)
    {
        // Mostly nobody is there, and the feed is long.
        var anybody = await session.FirstAsync(
            "SELECT 1 FROM quarantine WHERE source = @source LIMIT 1", r => r.GetInt32(0), cancel, ("source", source));
        return anybody == 0
            ? []
            : await session.QueryAsync(
                $"SELECT worker_id FROM quarantine WHERE source = @source AND (({session.Dialect.In("worker_id", "@sound")} " +
                $"AND rule NOT IN ('managerCycle', '{Mapping}')) OR {session.Dialect.In("worker_id", "@mended")})",
                r => r.GetString(0),
                cancel,
                ("source", source), ("sound", sound), ("mended", mended));
    }

    /// <summary>Who is in quarantine, in the order of the ids; of one source where it is named.</summary>
    public static Task<List<Quarantined>> ListAsync(
        Session session, string? source, string? after, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM quarantine WHERE (@source IS NULL OR source = @source) AND (@after IS NULL OR id > @after) ORDER BY id LIMIT @limit",
        Read,
        cancel,
        ("source", source), ("after", after), ("limit", limit));

    /// <summary>The entry, or null.</summary>
    public static Task<Quarantined?> FindAsync(Session session, string id, CancellationToken cancel) => session.FirstAsync<Quarantined?>(
        $"SELECT {Columns} FROM quarantine WHERE id = @id", Read, cancel, ("id", id));

    /// <summary>How many workers of the source are in quarantine, and since when the first, in microseconds since 1970.</summary>
    public static async Task<(long Count, long? Oldest)> CountAsync(Session session, string source, CancellationToken cancel) =>
        await session.FirstAsync(
            "SELECT count(*), min(since) FROM quarantine WHERE source = @source",
            r => (r.GetInt64(0), r.IsDBNull(1) ? (long?)null : r.GetInt64(1)),
            cancel,
            ("source", source));

    /// <summary>A person believes the record: when it comes again, rules do not look at it.</summary>
    public static Task BelieveAsync(Session session, string source, string hash, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO released_record (source, hash) VALUES (@source, @hash) ON CONFLICT (source, hash) DO NOTHING",
        cancel,
        ("source", source), ("hash", hash));

    /// <summary>Which of these records a person believes.</summary>
    public static async Task<HashSet<string>> BelievedAsync(
        Session session, string source, IReadOnlyCollection<string> hashes, CancellationToken cancel) => [.. hashes.Count == 0
        ? []
        : await session.QueryAsync(
            "SELECT hash FROM released_record WHERE source = @source AND " + session.Dialect.In("hash", "@hashes"),
            r => r.GetString(0),
            cancel,
            ("source", source), ("hashes", hashes))];

    private static Quarantined Read(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.IsDBNull(4) ? null : r.GetString(4), r.GetString(5), r.GetString(6),
        r.GetInt64(7), r.IsDBNull(8) ? null : r.GetString(8), r.GetInt64(9), r.GetInt64(10));
}
