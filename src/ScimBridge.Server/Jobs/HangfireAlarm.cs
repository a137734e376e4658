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
    private readonly IBackgroundJobClient _jobs;
    private readonly ConcurrentDictionary<DrainKey, bool> _waiting = new();
    private readonly ConcurrentDictionary<DrainKey, Instant> _alarms = new();

    /// <summary>Creates the alarm.</summary>
    public HangfireAlarm(IBackgroundJobClient jobs)
    {
        _jobs = jobs;
    }

    /// <inheritdoc/>
    public void Wake(DrainKey drain)
    {
        if (_waiting.TryAdd(drain, true))
            _jobs.Enqueue<DrainJob>(job => job.RunAsync(drain.Kind, drain.Name, CancellationToken.None));
    }

    /// <inheritdoc/>
    public void WakeAt(DrainKey drain, Instant at)
    {
        // An alarm that is set for earlier covers a later one: the drain then says when it wants to be woken next.
        if (_alarms.TryGetValue(drain, out var set) && set <= at)
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
