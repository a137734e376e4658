using NodaTime;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>The right of one node to run a drain, for a time that each result and each beat extends.</summary>
public sealed class Lease
{
    /// <summary>How often the holder says that it is alive.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);

    // Three beats: how long a node of another machine has to be silent to be taken for dead.
    private static readonly Duration Term = Duration.FromSeconds(30);
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

    /// <summary>
    /// Takes the lease; false where another node has it, who then looks once more before letting go. The lease of a process of this
    /// machine that has died is taken over at once.
    /// </summary>
    public Task<bool> TakeAsync(CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        return _database.WriteAsync(
            async s =>
            {
                if (await LeaseStore.OwnerAsync(s, _name, cancel) is { } owner && NodeName.HasDied(owner))
                    await LeaseStore.AbandonAsync(s, _name, owner, cancel);
                return await LeaseStore.TakeAsync(s, _name, _owner, now.ToMicroseconds(), (now + Term).ToMicroseconds(), cancel);
            },
            cancel);
    }

    /// <summary>Says that the holder is alive.</summary>
    /// <exception cref="LeaseLostException">Another node has taken over.</exception>
    public Task BeatAsync(CancellationToken cancel) => _database.WriteAsync(s => HoldAsync(s, cancel), cancel);

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
