using NodaTime;

namespace ScimBridge.Server.Cli.Samples;

/// <summary>The time of a sample: it stands where it was put, and is a microsecond later each time that somebody looks.</summary>
internal sealed class SampleClock : TimeProvider
{
    private long _ticks = Instant.MinValue.ToUnixTimeTicks();

    /// <summary>Puts the clock forward; never back.</summary>
    public void Put(Instant at) => _ticks = Math.Max(_ticks, at.ToUnixTimeTicks());

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Instant.FromUnixTimeTicks(Interlocked.Add(ref _ticks, 10) - 10).ToDateTimeOffset();
}
