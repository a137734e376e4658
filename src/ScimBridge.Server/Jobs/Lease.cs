using NodaTime;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>The right of one node to run a drain, for a time that each result extends.</summary>
public sealed class Lease
{
    // Longer than any call to a target may take, so that a slow target is no reason to take a node for dead.
    private static readonly Duration Term = Duration.FromMinutes(2);
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly string _name;
    private readonly string _owner;

    /// <summary>Names the lease and who wants it.</summary>
    public Lease(Database database, IClock clock, string name, string owner)
    {
        _database = database;
        _clock = clock;
        _name = name;
        _owner = owner;
    }

    /// <summary>Takes the lease; false where another node has it, who then looks once more before letting go.</summary>
    public Task<bool> TakeAsync(CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        return _database.WriteAsync(
            s => LeaseStore.TakeAsync(s, _name, _owner, now.ToMicroseconds(), (now + Term).ToMicroseconds(), cancel), cancel);
    }

    /// <summary>Makes sure, in the transaction that writes a result, that the lease is still held, and extends it.</summary>
    /// <exception cref="LeaseLostException">It is not.</exception>
    public Task HoldAsync(Session session, CancellationToken cancel) =>
        LeaseStore.HoldAsync(session, _name, _owner, (_clock.GetCurrentInstant() + Term).ToMicroseconds(), cancel);

    /// <summary>Lets go; false where somebody came meanwhile and the drain has to look once more.</summary>
    public Task<bool> ReleaseAsync(CancellationToken cancel) =>
        _database.WriteAsync(s => LeaseStore.ReleaseAsync(s, _name, _owner, cancel), cancel);

    /// <summary>Lets go after a failure; what is due stays due.</summary>
    public Task AbandonAsync() =>
        _database.WriteAsync(s => LeaseStore.AbandonAsync(s, _name, _owner, CancellationToken.None), CancellationToken.None);
}
