namespace ScimBridge.Connectors.Tests.Sources.Pulling;

/// <summary>Stands where it was put, and waits for nothing: whoever asks to be woken later is woken at once, and the pause is noted.</summary>
internal sealed class ImpatientClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    public List<TimeSpan> Pauses { get; } = [];

    public void Advance(TimeSpan time) => _now += time;

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
            Pauses.Add(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
