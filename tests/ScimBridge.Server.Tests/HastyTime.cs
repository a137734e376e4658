using Microsoft.Extensions.Time.Testing;

namespace ScimBridge.Server.Tests;

/// <summary>A clock that the test moves, and that moves by itself for whoever waits: nobody waits in real time.</summary>
internal sealed class HastyTime : FakeTimeProvider, IDisposable
{
    private readonly Timer _pulse;

    public HastyTime(DateTimeOffset start)
        : base(start)
    {
        // Two threads that move the clock at once may each leave it to the other to wake who waits: then this does.
        _pulse = new Timer(_ => Advance(TimeSpan.Zero), state: null, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(100));
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && period == Timeout.InfiniteTimeSpan)
            Advance(dueTime);
        return timer;
    }

    public void Dispose() => _pulse.Dispose();
}
