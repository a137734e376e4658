using System.Collections.Concurrent;
using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;

namespace ScimBridge.Server.Jobs;

/// <summary>Delivers what is due at a target until nothing is.</summary>
public sealed class Deliver : IDrain
{
    private readonly BridgeConfiguration _configuration;
    private readonly TargetConnections _connections;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly DeliveryTally _tally;
    private readonly ILogger<Deliver> _log;

    // A target that asked everybody to wait is left alone until then, whoever is woken meanwhile.
    private readonly ConcurrentDictionary<string, Instant> _pauses = new(StringComparer.Ordinal);

    /// <summary>Creates the drain.</summary>
    public Deliver(
        BridgeConfiguration configuration, TargetConnections connections, Database database, IClock clock, DeliveryTally tally, ILogger<Deliver> log)
    {
        _configuration = configuration;
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
        if (_pauses.TryGetValue(name, out var until) && until > _clock.GetCurrentInstant())
            return until;
        var profile = _configuration.Targets.First(t => t.Name == name).Profile;
        var run = new DeliveryRun(name, _connections[name], profile, _database, _clock, lease, _tally, _log);
        var (next, pause) = await run.RunAsync(cancel);
        if (pause is { } paused)
        {
            _pauses[name] = paused;
            return next is null || next < paused ? paused : next;
        }

        return next;
    }
}
