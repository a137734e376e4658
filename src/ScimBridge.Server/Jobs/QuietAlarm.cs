using NodaTime;

namespace ScimBridge.Server.Jobs;

/// <summary>The alarm of a process that runs its drains itself, one after the other, as the command line does.</summary>
public sealed class QuietAlarm : IAlarm
{
    /// <inheritdoc/>
    public void Wake(DrainKey drain)
    {
        // The process looks for what is due by itself.
    }

    /// <inheritdoc/>
    public void WakeAt(DrainKey drain, Instant at)
    {
        // The process looks for what is due by itself.
    }
}
