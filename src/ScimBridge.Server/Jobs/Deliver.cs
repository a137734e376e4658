using System.Collections.Concurrent;
using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Delivers what is due at a target until nothing is.</summary>
public sealed class Deliver : IDrain
{
    private readonly BridgeConfiguration _configuration;
    private readonly UserFilter _filter;
    private readonly TargetConnections _connections;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly DeliveryTally _tally;
    private readonly IAlarm _alarm;
    private readonly ILogger<Deliver> _log;

    private readonly Counted<LinkCount> _counted;

    // What is not urgent is held back until then, to stay below the target's limit.
    private readonly ConcurrentDictionary<string, Instant> _held = new(StringComparer.Ordinal);

    /// <summary>Creates the drain.</summary>
    public Deliver(
        BridgeConfiguration configuration, UserFilter filter, TargetConnections connections, Database database, IClock clock,
        DeliveryTally tally, IAlarm alarm, Counted<LinkCount> counted, ILogger<Deliver> log)
    {
        _counted = counted;
        _alarm = alarm;
        _configuration = configuration;
        _filter = filter;
        _connections = connections;
        _database = database;
        _clock = clock;
        _tally = tally;
        _log = log;
    }

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.Deliver;

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        var state = await _database.ReadAsync(s => TargetStore.FindAsync(s, name, cancel), cancel);
        // A target that asked everybody to wait, or that is not there, is left alone until then, whoever is woken meanwhile, and after a
        // restart too.
        if (Later(state.PausedUntil, state.Breaker.ProbeAt) is { } closedUntil && closedUntil > now)
            return closedUntil;
        Instant? held = _held.TryGetValue(name, out var until) && until > now ? until : null;
        var configured = _configuration.Targets.First(t => t.Name == name);
        var settings = configured.Settings;
        if (settings.ModeWhere(state.EnforcedAt is not null) == TargetMode.Observe)
            return null;
        if (_connections[name].Pace is { } pace)
            pace.Ceiling = settings.CallsPerSecond;
        var run = new DeliveryRun(name, _connections[name], configured.Profile, _database, _clock, lease, _tally, _log, state.Breaker, held,
            new DeliveryDoor(name, settings, _filter, _counted), settings.ReadBack, _alarm);
        var end = await run.RunAsync(cancel);
        if (end.HeldUntil is { } heldUntil)
            _held[name] = heldUntil;
        else
            _held.TryRemove(name, out _);
        var wait = Later(end.PausedUntil, Later(end.HeldUntil, end.Breaker.ProbeAt));
        return end.Next is { } next && wait is { } at ? Instant.Max(next, at) : end.Next;
    }

    private static Instant? Later(Instant? one, Instant? other) => one is { } a && other is { } b ? Instant.Max(a, b) : one ?? other;
}
