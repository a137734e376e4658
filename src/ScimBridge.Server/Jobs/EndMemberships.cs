using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Ends memberships that hands gave for a time. What a rule gives for a time ends with a decision about the worker.</summary>
public sealed class EndMemberships : IDrain
{
    /// <summary>The name under which it runs.</summary>
    public const string Name = "memberships";

    private const int AtOnce = 1_000;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly string[] _targets;
    private readonly bool _tellsStreams;

    /// <summary>Creates the drain.</summary>
    public EndMemberships(BridgeConfiguration configuration, Database database, IClock clock, IAlarm alarm)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _database = database;
        _clock = clock;
        _alarm = alarm;
        _tellsStreams = configuration.Options.Signals is not null;
        _targets = [.. configuration.Targets.Select(t => t.Name)];
    }

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.EndMemberships;

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        while (await EndSomeAsync(lease, cancel) is { IsEmpty: false } changes)
        {
            foreach (var target in _targets)
                _alarm.Wake(new DrainKey(DrainKind.Deliver, target));
            foreach (var stream in changes.Told)
                _alarm.Wake(new DrainKey(DrainKind.Transmit, stream));
        }

        return await _database.ReadAsync(s => MembershipStore.NextEndAsync(s, cancel), cancel) is { } next ? Microseconds.ToInstant(next) : null;
    }

    private Task<Changes> EndSomeAsync(Lease lease, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        return _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                var changes = new Changes(now, "system", Name, _targets) { TellsStreams = _tellsStreams };
                changes.Memberships.AddRange((await MembershipStore.EndedAsync(s, now.ToMicroseconds(), AtOnce, cancel))
                    .Select(m => new MembershipWrite(m.GroupId, m.MemberId, Joins: false, ByRule: false, Lane.Revoke) { IsOneOfTwo = m.ByRule }));
                await Commit.WriteAsync(s, changes, cancel);
                return changes;
            },
            cancel);
    }
}
