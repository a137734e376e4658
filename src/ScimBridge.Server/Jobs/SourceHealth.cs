using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>How a source is.</summary>
/// <param name="HeardAt">When it last spoke; null for never.</param>
/// <param name="IsSilent">It has not spoken for longer than is expected of it.</param>
public readonly record struct SourcePulse(Instant? HeardAt, bool IsSilent);

/// <summary>
/// Listens for silence. The metric <c>scimbridge.source.silence</c> is the seconds since each source spoke, <c>scimbridge.source.silent</c>
/// is 1 where that is too long.
/// </summary>
public sealed class SourceHealth : IDisposable
{
    private readonly ConcurrentDictionary<string, SourcePulse> _pulses = new(StringComparer.Ordinal);
    private readonly Meter _meter = new("ScimBridge");
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly ILogger<SourceHealth> _log;
    private readonly Instant _began;

    /// <summary>Creates it.</summary>
    public SourceHealth(Database database, IClock clock, ILogger<SourceHealth> log)
    {
        _database = database;
        _clock = clock;
        _log = log;
        _began = clock.GetCurrentInstant();
        _meter.CreateObservableGauge("scimbridge.source.silence", Silences, "s", "Time since the source spoke.");
        _meter.CreateObservableGauge("scimbridge.source.silent", Silents, null, "1 where the source has been silent for too long.");
    }

    /// <summary>Looks at a source; its silence is logged once.</summary>
    public async Task<SourcePulse> LookAsync(ConfiguredSource source, CancellationToken cancel)
    {
        var state = await _database.ReadAsync(s => SourceStore.FindAsync(s, source.Name, cancel), cancel);
        var heard = state.HeardAt is { } at ? Microseconds.ToInstant(at) : (Instant?)null;
        // A source that never spoke is expected to begin within the same time.
        var silent = source.Settings.ExpectEveryHours is { } hours && _clock.GetCurrentInstant() - (heard ?? _began) > Duration.FromHours(hours);
        var pulse = new SourcePulse(heard, silent);
        if (silent && !(_pulses.TryGetValue(source.Name, out var before) && before.IsSilent))
            _log.Silent(source.Name, heard);
        _pulses[source.Name] = pulse;
        return pulse;
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> Silences() => _pulses.Where(p => p.Value.HeardAt is not null).Select(p => new Measurement<double>(
        (_clock.GetCurrentInstant() - p.Value.HeardAt!.Value).TotalSeconds, KeyValuePair.Create<string, object?>("source", p.Key)));

    private IEnumerable<Measurement<int>> Silents() => _pulses.Select(p => new Measurement<int>(
        p.Value.IsSilent ? 1 : 0, KeyValuePair.Create<string, object?>("source", p.Key)));
}
