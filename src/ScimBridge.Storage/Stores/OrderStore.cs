using System.Data.Common;

namespace ScimBridge.Storage.Stores;

/// <summary>Somebody's order to end a worker's access at once, whatever HR says. All instants are microseconds since 1970.</summary>
/// <param name="Id">The id.</param>
/// <param name="ResourceId">The worker's resource.</param>
/// <param name="Reason">Why, in the words of who ordered it.</param>
/// <param name="ForCause">Whether it is for cause: then policy may let one person decide.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="RequestedAt">When.</param>
/// <param name="ExpiresAt">Until when it can be approved.</param>
public sealed record RevocationOrder(
    string Id, string ResourceId, string Reason, bool ForCause, string RequestedBy, long RequestedAt, long ExpiresAt)
{
    /// <summary>Who approved it; who asked for it, where one person may decide.</summary>
    public string? ApprovedBy { get; init; }

    /// <summary>Since when it is in force.</summary>
    public long? ApprovedAt { get; init; }

    /// <summary>Who lifted it.</summary>
    public string? LiftedBy { get; init; }

    /// <summary>When it was lifted.</summary>
    public long? LiftedAt { get; init; }

    /// <summary><c>waiting</c> for a second person, <c>inForce</c>, <c>lifted</c> or <c>expired</c>.</summary>
    public string StateAt(long now) => LiftedAt is not null ? "lifted" : ApprovedAt is not null ? "inForce" : ExpiresAt <= now ? "expired" : "waiting";
}

/// <summary>The orders to end access at once.</summary>
public static class OrderStore
{
    private const string Columns =
        "id, resource_id, reason, for_cause, requested_by, requested_at, expires_at, approved_by, approved_at, lifted_by, lifted_at";

    /// <summary>Adds one.</summary>
    public static Task AddAsync(Session session, RevocationOrder order, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO revocation_order (id, resource_id, reason, for_cause, requested_by, requested_at, expires_at) " +
        "VALUES (@id, @resource, @reason, @cause, @by, @at, @expires)",
        cancel,
        ("id", order.Id), ("resource", order.ResourceId), ("reason", order.Reason), ("cause", order.ForCause), ("by", order.RequestedBy),
        ("at", order.RequestedAt), ("expires", order.ExpiresAt));

    /// <summary>Puts one in force; false where it is so already, is lifted, or its time is over.</summary>
    public static async Task<bool> ApproveAsync(Session session, string id, string by, long now, CancellationToken cancel) => await session.ExecuteAsync(
        "UPDATE revocation_order SET approved_by = @by, approved_at = @now WHERE id = @id AND approved_at IS NULL AND lifted_at IS NULL AND expires_at > @now",
        cancel,
        ("id", id), ("by", by), ("now", now)) == 1;

    /// <summary>Lifts one; false where it is so already.</summary>
    public static async Task<bool> LiftAsync(Session session, string id, string by, long now, CancellationToken cancel) => await session.ExecuteAsync(
        "UPDATE revocation_order SET lifted_by = @by, lifted_at = @now WHERE id = @id AND lifted_at IS NULL", cancel, ("id", id), ("by", by), ("now", now)) == 1;

    /// <summary>How many were put in force since then.</summary>
    public static async Task<long> CountSinceAsync(Session session, long since, CancellationToken cancel) => await session.FirstAsync(
        "SELECT count(*) FROM revocation_order WHERE approved_at > @since", r => r.GetInt64(0), cancel, ("since", since));

    /// <summary>One; null where there is none of that id.</summary>
    public static Task<RevocationOrder?> FindAsync(Session session, string id, CancellationToken cancel) =>
        session.FirstAsync($"SELECT {Columns} FROM revocation_order WHERE id = @id", Read, cancel, ("id", id));

    /// <summary>Those about a worker, newest first.</summary>
    public static Task<List<RevocationOrder>> OfAsync(Session session, string resourceId, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM revocation_order WHERE resource_id = @id ORDER BY id DESC", Read, cancel, ("id", resourceId));

    /// <summary>All, newest first, at most <paramref name="limit"/> before <paramref name="before"/>.</summary>
    public static Task<List<RevocationOrder>> ListAsync(Session session, string? before, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM revocation_order WHERE @before = '' OR id < @before ORDER BY id DESC LIMIT @limit", Read, cancel,
        ("before", before ?? ""), ("limit", limit));

    private static RevocationOrder Read(DbDataReader r)
    {
        string? Text(int column) => r.IsDBNull(column) ? null : r.GetString(column);
        long? At(int column) => r.IsDBNull(column) ? null : r.GetInt64(column);
        return new RevocationOrder(r.GetString(0), r.GetString(1), r.GetString(2), r.GetBoolean(3), r.GetString(4), r.GetInt64(5), r.GetInt64(6))
        {
            ApprovedBy = Text(7), ApprovedAt = At(8), LiftedBy = Text(9), LiftedAt = At(10),
        };
    }
}
