using NodaTime;

namespace ScimBridge.Server.Hosting;

/// <summary>The clock of NodaTime over the one <see cref="TimeProvider"/> that tests control.</summary>
public sealed class TimeProviderClock : IClock
{
    private readonly TimeProvider _time;

    /// <summary>Creates the clock.</summary>
    public TimeProviderClock(TimeProvider time)
    {
        _time = time;
    }

    /// <inheritdoc/>
    public Instant GetCurrentInstant() => Instant.FromDateTimeOffset(_time.GetUtcNow());
}
