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
    string Id, string Source, string Path, string Name, string Mode, bool Spooled, string State, string? Error, BatchCounts Counts);

/// <summary>What was in a batch.</summary>
/// <param name="Rows">Rows read, the header not counted.</param>
/// <param name="Changed">Records that were new or different.</param>
/// <param name="Unchanged">Records that said what was known.</param>
/// <param name="Faults">Rows that could not be accepted.</param>
public readonly record struct BatchCounts(long Rows, long Changed, long Unchanged, long Faults);

/// <summary>The batches and the faults of their rows.</summary>
public static class BatchStore
{
    /// <summary>The most faults that are kept of one batch; beyond, they are only counted.</summary>
    public const int FaultsKept = 1_000;

    private const string Columns = "id, source, path, name, mode, spooled, state, error, rows, changed, unchanged, faults";

    /// <summary>Adds a batch that is waiting to be read.</summary>
    public static Task AddAsync(Session session, Batch batch, long now, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO batch (id, source, path, name, mode, spooled, state, created_at) " +
        "VALUES (@id, @source, @path, @name, @mode, @spooled, 'waiting', @now)",
        cancel,
        ("id", batch.Id), ("source", batch.Source), ("path", batch.Path), ("name", batch.Name), ("mode", batch.Mode),
        ("spooled", batch.Spooled), ("now", now));

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

    /// <summary>Keeps faults of rows.</summary>
    public static Task AddFaultsAsync(Session session, string id, IEnumerable<RowFault> faults, CancellationToken cancel)
    {
        var rows = new Rows("batch_id", "row:int", "col", "worker_id", "reason");
        foreach (var fault in faults.DistinctBy(f => f.Row))
            rows.Add(id, fault.Row, fault.Column, fault.WorkerId, fault.Reason);
        return session.ExecuteAsync(
            "INSERT INTO batch_fault (batch_id, row, col, worker_id, reason) {rows} ON CONFLICT (batch_id, row) DO NOTHING", rows, cancel);
    }

    /// <summary>The kept faults of a batch in order of rows.</summary>
    public static Task<List<RowFault>> FaultsAsync(Session session, string id, int limit, CancellationToken cancel) => session.QueryAsync(
        "SELECT row, col, worker_id, reason FROM batch_fault WHERE batch_id = @id ORDER BY row LIMIT @limit",
        r => new RowFault(r.GetInt64(0), Text(r, 1), Text(r, 2), r.GetString(3)),
        cancel,
        ("id", id), ("limit", limit));

    /// <summary>Closes a batch that was read to its end, or that failed with <paramref name="error"/>.</summary>
    public static Task FinishAsync(
        Session session, string id, long rows, long faults, string? error, long now, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE batch SET state = CASE WHEN @error IS NULL THEN 'read' ELSE 'failed' END, error = @error, rows = @rows, " +
        "faults = @faults, unchanged = @rows - @faults - changed, finished_at = @now WHERE id = @id",
        cancel,
        ("id", id), ("rows", rows), ("faults", faults), ("error", error), ("now", now));

    private static Batch Read(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetBoolean(5), r.GetString(6), Text(r, 7),
        new BatchCounts(r.GetInt64(8), r.GetInt64(9), r.GetInt64(10), r.GetInt64(11)));

    private static string? Text(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);
}
