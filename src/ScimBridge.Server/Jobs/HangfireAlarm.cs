using System.Collections.Concurrent;
using Hangfire;
using NodaTime;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Wakes drains through Hangfire, which is the alarm clock and the supervisor and never the queue: there is one job for "this drain has
/// something to do", however much it is. On this node a drain that waits to run is not enqueued again.
/// </summary>
public sealed class HangfireAlarm : IAlarm
{
    // Nodes share the jobs, and the one that runs a job cannot tell the one that made it. So nobody counts on a job for longer than this.
    private static readonly Duration Trust = Duration.FromSeconds(10);
    private readonly IBackgroundJobClient _jobs;
    private readonly IClock _clock;
    private readonly ConcurrentDictionary<DrainKey, Instant> _waiting = new();
    private readonly ConcurrentDictionary<DrainKey, Instant> _alarms = new();

    /// <summary>Creates the alarm.</summary>
    public HangfireAlarm(IBackgroundJobClient jobs, IClock clock)
    {
        _jobs = jobs;
        _clock = clock;
    }

    /// <inheritdoc/>
    public void Wake(DrainKey drain)
    {
        var now = _clock.GetCurrentInstant();
        if (_waiting.TryGetValue(drain, out var since) && now - since < Trust)
            return;
        _waiting[drain] = now;
        _jobs.Enqueue<DrainJob>(job => job.RunAsync(drain.Kind, drain.Name, CancellationToken.None));
    }

    /// <inheritdoc/>
    public void WakeAt(DrainKey drain, Instant at)
    {
        // An alarm that is set for earlier covers a later one: the drain then says when it wants to be woken next.
        if (_alarms.TryGetValue(drain, out var set) && set <= at && _clock.GetCurrentInstant() - set < Trust)
            return;
        _alarms[drain] = at;
        _jobs.Schedule<DrainJob>(job => job.RunAsync(drain.Kind, drain.Name, CancellationToken.None), at.ToDateTimeOffset());
    }

    /// <summary>The drain begins to run: whoever has something for it from now on must wake it again.</summary>
    internal void Begins(DrainKey drain, Instant now)
    {
        _waiting.TryRemove(drain, out _);
        if (_alarms.TryGetValue(drain, out var at) && at <= now)
            _alarms.TryRemove(KeyValuePair.Create(drain, at));
    }
}
