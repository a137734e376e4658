namespace ScimBridge.Storage.Stores;

/// <summary>
/// Leases: at most one node does a named piece of work at a time. Who finds it taken leaves word, and the holder looks once more before
/// letting go, so that work which came in at the last moment is not left lying.
/// </summary>
public static class LeaseStore
{
    /// <summary>Takes the lease, or extends it where it is held by this owner. If another holds it, word is left and the answer is false.</summary>
    public static async Task<bool> TakeAsync(
        Session session, string name, string owner, long now, long until, CancellationToken cancel)
    {
        var taken = await session.ExecuteAsync(
            "INSERT INTO lease (name, owner, until, wanted) VALUES (@name, @owner, @until, false) " +
            "ON CONFLICT (name) DO UPDATE SET owner = @owner, until = @until, wanted = false " +
            "WHERE lease.until <= @now OR lease.owner = @owner",
            cancel,
            ("name", name), ("owner", owner), ("until", until), ("now", now));
        if (taken == 0)
            await session.ExecuteAsync("UPDATE lease SET wanted = true WHERE name = @name", cancel, ("name", name));
        return taken > 0;
    }

    /// <summary>
    /// Makes sure, inside the transaction that writes the result of the work, that the lease is still held, and extends it.
    /// </summary>
    /// <exception cref="LeaseLostException">Another node has taken over; nothing may be written.</exception>
    public static async Task HoldAsync(Session session, string name, string owner, long until, CancellationToken cancel)
    {
        var held = await session.ExecuteAsync(
            "UPDATE lease SET until = @until WHERE name = @name AND owner = @owner",
            cancel,
            ("name", name), ("owner", owner), ("until", until));
        if (held == 0)
            throw new LeaseLostException(name);
    }

    /// <summary>Lets go, unless somebody came meanwhile: then the lease is kept, word is wiped out, and the answer is false.</summary>
    public static async Task<bool> ReleaseAsync(Session session, string name, string owner, CancellationToken cancel)
    {
        var released = await session.ExecuteAsync(
            "DELETE FROM lease WHERE name = @name AND owner = @owner AND NOT wanted", cancel, ("name", name), ("owner", owner));
        if (released > 0)
            return true;
        var kept = await session.ExecuteAsync(
            "UPDATE lease SET wanted = false WHERE name = @name AND owner = @owner", cancel, ("name", name), ("owner", owner));
        return kept == 0;
    }

    /// <summary>Who holds the lease; null where nobody does.</summary>
    public static Task<string?> OwnerAsync(Session session, string name, CancellationToken cancel) =>
        session.FirstAsync<string?>("SELECT owner FROM lease WHERE name = @name", r => r.GetString(0), cancel, ("name", name));

    /// <summary>Lets go whoever came meanwhile: the work failed, and is due still.</summary>
    public static Task AbandonAsync(Session session, string name, string owner, CancellationToken cancel) =>
        session.ExecuteAsync("DELETE FROM lease WHERE name = @name AND owner = @owner", cancel, ("name", name), ("owner", owner));
}
