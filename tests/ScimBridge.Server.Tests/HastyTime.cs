using Microsoft.Extensions.Time.Testing;

namespace ScimBridge.Server.Tests;

/// <summary>A clock that the test moves, and that moves by itself for whoever waits: nobody waits in real time.</summary>
internal sealed class HastyTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && period == Timeout.InfiniteTimeSpan)
            Advance(dueTime);
        return timer;
    }
}
