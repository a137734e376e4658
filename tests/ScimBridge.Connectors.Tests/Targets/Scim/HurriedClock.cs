namespace ScimBridge.Connectors.Tests.Targets.Scim;

/// <summary>A clock that runs ten times as fast as time.</summary>
internal sealed class HurriedClock : TimeProvider
{
    private const int Haste = 10;

    private readonly DateTimeOffset began = System.GetUtcNow();
    private readonly long start = System.GetTimestamp();

    public override long TimestampFrequency => System.TimestampFrequency;

    public override long GetTimestamp() => start + ((System.GetTimestamp() - start) * Haste);

    public override DateTimeOffset GetUtcNow() => began + (System.GetElapsedTime(start) * Haste);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Hurried(dueTime), Hurried(period));

    private static TimeSpan Hurried(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / Haste;
}
