using System.Data.Common;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Storage.Stores;

/// <summary>A batch: one reading of a feed.</summary>
/// <param name="Id">The id; also the correlation of everything that comes of it.</param>
/// <param name="Source">The source.</param>
/// <param name="Path">The file that is read.</param>
/// <param name="Name">The file as people know it.</param>
/// <param name="Mode"><c>full</c> or <c>delta</c>.</param>
/// <param name="Spooled">The file is the bridge's own copy and goes when the batch is done.</param>
/// <param name="State"><c>waiting</c>, <c>reading</c>, <c>read</c> or <c>failed</c>.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Counts">What was in it.</param>
public sealed record Batch(
    string Id, string Source, string Path, string Name, string Mode, bool Spooled, string State, string? Error, BatchCounts Counts)
{
    /// <summary>The instant as of which it was made, in microseconds since 1970; null for the time at which it came in.</summary>
    public long? AsOf { get; init; }

    /// <summary>How many rows its sender says there are.</summary>
    public long? ExpectedRows { get; init; }

    /// <summary>SHA-256 of its bytes, hex, lower case.</summary>
    public string? Checksum { get; init; }

    /// <summary>The sender's own key: the same key is the same batch.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary><c>csv</c>, <c>json</c> or <c>ndjson</c>; null for what the source reads.</summary>
    public string? Format { get; init; }

    /// <summary>Nothing is to be written; what would have happened is in <see cref="Report"/>.</summary>
    public bool DryRun { get; init; }

    /// <summary>Its records state only what changes.</summary>
    public bool Partial { get; init; }

    /// <summary>Of a batch that was pulled: where the next pull goes on once it has been read.</summary>
    public string? PullCursor { get; init; }

    /// <summary>When it came in, in microseconds since 1970.</summary>
    public long CreatedAt { get; init; }

    /// <summary>What a dry run found, as JSON.</summary>
    public string? Report { get; init; }

    /// <summary>When it was rolled back.</summary>
    public long? RolledBackAt { get; init; }
}

/// <summary>What was in a batch.</summary>
/// <param name="Rows">Rows read, the header not counted.</param>
/// <param name="Changed">Records that were new or different.</param>
/// <param name="Unchanged">Records that said what was known.</param>
/// <param name="Faults">Rows that could not be accepted.</param>
/// <param name="Held">Records that wait for a person's decision.</param>
public readonly record struct BatchCounts(long Rows, long Changed, long Unchanged, long Faults, long Held = 0);

/// <summary>The batches and the faults of their rows.</summary>
public static class BatchStore
{
    /// <summary>The most faults that are kept of one batch; beyond, they are only counted.</summary>
    public const int FaultsKept = 1_000;

    private const string Columns = "id, source, path, name, mode, spooled, state, error, rows, changed, unchanged, faults, held, " +
        "as_of, expected_rows, checksum, idempotency_key, format, dry_run, partial, created_at, report, rolled_back_at, pull_cursor";

    /// <summary>Adds a batch that is waiting to be read.</summary>
    /// <exception cref="UniquenessException">There is one with the same idempotency key.</exception>
    public static Task AddAsync(Session session, Batch batch, long now, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO batch (id, source, path, name, mode, spooled, state, created_at, as_of, expected_rows, checksum, idempotency_key, " +
        "format, dry_run, partial, pull_cursor) VALUES (@id, @source, @path, @name, @mode, @spooled, 'waiting', @now, CAST(@asOf AS bigint), " +
        "CAST(@expected AS bigint), @checksum, @key, @format, @dryRun, @partial, @cursor)",
        cancel,
        ("id", batch.Id), ("source", batch.Source), ("path", batch.Path), ("name", batch.Name), ("mode", batch.Mode),
        ("spooled", batch.Spooled), ("now", now), ("asOf", batch.AsOf), ("expected", batch.ExpectedRows), ("checksum", batch.Checksum),
        ("key", batch.IdempotencyKey), ("format", batch.Format), ("dryRun", batch.DryRun), ("partial", batch.Partial),
        ("cursor", batch.PullCursor));

    /// <summary>The batch with the sender's own key, or null.</summary>
    public static Task<Batch?> OfKeyAsync(Session session, string source, string key, CancellationToken cancel) =>
        session.FirstAsync<Batch?>(
            $"SELECT {Columns} FROM batch WHERE source = @source AND idempotency_key = @key", Read, cancel, ("source", source), ("key", key));

    /// <summary>Batches of a source, newest first.</summary>
    public static Task<List<Batch>> ListAsync(
        Session session, string source, string? before, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM batch WHERE source = @source AND (@before IS NULL OR id < @before) ORDER BY id DESC LIMIT @limit",
        Read,
        cancel,
        ("source", source), ("before", before), ("limit", limit));

    /// <summary>
    /// Whether the same bytes were read before as a full feed, and two others since: an old file that came in again. One other may be a
    /// change that was taken back.
    /// </summary>
    public static async Task<bool> IsStaleAsync(Session session, Batch batch, CancellationToken cancel) => batch.Checksum is not null
        && batch.AsOf is null
        && await session.FirstAsync(
            "SELECT count(DISTINCT new.checksum) FROM batch new WHERE new.source = @source AND new.state = 'read' AND new.mode = 'full' " +
            "AND NOT new.dry_run AND new.checksum <> @checksum AND new.created_at > (" +
            "SELECT max(old.created_at) FROM batch old WHERE old.source = @source AND old.checksum = @checksum AND old.state = 'read' " +
            "AND old.mode = 'full' AND NOT old.dry_run AND old.id <> @id)",
            r => r.GetInt64(0),
            cancel,
            ("source", batch.Source), ("checksum", batch.Checksum), ("id", batch.Id)) >= 2;

    /// <summary>The oldest batch of the source that is not done, begun or not.</summary>
    public static Task<Batch?> NextAsync(Session session, string source, CancellationToken cancel) => session.FirstAsync<Batch?>(
        $"SELECT {Columns} FROM batch WHERE source = @source AND state IN ('waiting', 'reading') ORDER BY created_at, id LIMIT 1",
        Read,
        cancel,
        ("source", source));

    /// <summary>The batch, or null.</summary>
    public static Task<Batch?> FindAsync(Session session, string id, CancellationToken cancel) => session.FirstAsync<Batch?>(
        $"SELECT {Columns} FROM batch WHERE id = @id", Read, cancel, ("id", id));

    /// <summary>Marks that reading has begun.</summary>
    public static Task BeginAsync(Session session, string id, CancellationToken cancel) =>
        session.ExecuteAsync("UPDATE batch SET state = 'reading' WHERE id = @id", cancel, ("id", id));

    /// <summary>Counts accepted records, in the transaction that accepts them: the count survives a reading that is begun again.</summary>
    public static Task CountChangedAsync(Session session, string id, long changed, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE batch SET changed = changed + @changed WHERE id = @id", cancel, ("id", id), ("changed", changed));

    /// <summary>Counts records that are held, or, negative, that are held no more.</summary>
    public static Task CountHeldAsync(Session session, string id, long held, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE batch SET held = held + @held WHERE id = @id", cancel, ("id", id), ("held", held));

    /// <summary>Notes that the batch was rolled back.</summary>
    public static Task RolledBackAsync(Session session, string id, long now, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE batch SET rolled_back_at = @now WHERE id = @id", cancel, ("id", id), ("now", now));

    /// <summary>Keeps faults of rows.</summary>
    public static Task AddFaultsAsync(Session session, string id, IEnumerable<RowFault> faults, CancellationToken cancel)
    {
        var rows = new Rows("batch_id", "row:int", "col", "worker_id", "reason");
        foreach (var fault in faults.DistinctBy(f => f.Row))
            rows.Add(id, fault.Row, fault.Column, fault.WorkerId, fault.Reason);
        return session.ExecuteAsync(
            "INSERT INTO batch_fault (batch_id, row, col, worker_id, reason) {rows} ON CONFLICT (batch_id, row) DO NOTHING", rows, cancel);
    }

    /// <summary>The kept faults of a batch in order of rows, those after a row.</summary>
    public static Task<List<RowFault>> FaultsAsync(
        Session session, string id, int limit, CancellationToken cancel, long afterRow = -1) => session.QueryAsync(
        "SELECT row, col, worker_id, reason FROM batch_fault WHERE batch_id = @id AND row > @after ORDER BY row LIMIT @limit",
        r => new RowFault(r.GetInt64(0), Text(r, 1), Text(r, 2), r.GetString(3)),
        cancel,
        ("id", id), ("after", afterRow), ("limit", limit));

    /// <summary>Closes a batch that was read to its end, or that failed with <paramref name="error"/>.</summary>
    public static Task FinishAsync(
        Session session, string id, long rows, long faults, long? changed, string? error, string? report, long now, CancellationToken cancel) =>
        session.ExecuteAsync(
            "UPDATE batch SET state = CASE WHEN @error IS NULL THEN 'read' ELSE 'failed' END, error = @error, rows = @rows, " +
            "changed = coalesce(CAST(@changed AS bigint), changed), faults = @faults, " +
            "unchanged = @rows - @faults - held - coalesce(CAST(@changed AS bigint), changed), report = @report, finished_at = @now WHERE id = @id",
            cancel,
            ("id", id), ("rows", rows), ("faults", faults), ("changed", changed), ("error", error), ("report", report), ("now", now));

    private static Batch Read(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetBoolean(5), r.GetString(6), Text(r, 7),
        new BatchCounts(r.GetInt64(8), r.GetInt64(9), r.GetInt64(10), r.GetInt64(11), r.GetInt64(12)))
    {
        AsOf = Number(r, 13),
        ExpectedRows = Number(r, 14),
        Checksum = Text(r, 15),
        IdempotencyKey = Text(r, 16),
        Format = Text(r, 17),
        DryRun = r.GetBoolean(18),
        Partial = r.GetBoolean(19),
        CreatedAt = r.GetInt64(20),
        Report = Text(r, 21),
        RolledBackAt = Number(r, 22),
        PullCursor = Text(r, 23),
    };

    private static long? Number(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetInt64(column);

    private static string? Text(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
