using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;

namespace ScimBridge.Server.Tests.Jobs;

/// <summary>The alarm makes one job for what is one thing to do, and does not wait for ever for a job that another node has run.</summary>
public sealed class HangfireAlarmTests
{
    private static readonly DrainKey Drain = new(DrainKind.ReadSource, "hr");
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
    private readonly JobList _jobs = new();
    private readonly HangfireAlarm _alarm;

    /// <summary>Creates the tests.</summary>
    public HangfireAlarmTests()
    {
        _alarm = new HangfireAlarm(_jobs, new TimeProviderClock(_time));
    }

    [Fact]
    public void Drain_that_is_woken_often_is_one_job()
    {
        for (var i = 0; i < 5; i++)
            _alarm.Wake(Drain);
        _alarm.Wake(new DrainKey(DrainKind.ReadSource, "other"));

        Assert.Equal(2, _jobs.Count);
    }

    [Fact]
    public void Drain_whose_job_another_node_has_run_is_woken_again()
    {
        _alarm.Wake(Drain);
        _time.Advance(TimeSpan.FromSeconds(11));
        _alarm.Wake(Drain);

        Assert.Equal(2, _jobs.Count);
    }

    [Fact]
    public void Alarm_that_is_set_covers_later_ones_until_it_has_rung()
    {
        var now = Instant.FromDateTimeOffset(_time.GetUtcNow());
        _alarm.WakeAt(Drain, now + Duration.FromHours(1));
        _alarm.WakeAt(Drain, now + Duration.FromHours(2));
        Assert.Equal(1, _jobs.Count);
        _alarm.WakeAt(Drain, now + Duration.FromMinutes(1));
        Assert.Equal(2, _jobs.Count);

        // It rang on another node.
        _time.Advance(TimeSpan.FromMinutes(2));
        _alarm.WakeAt(Drain, now + Duration.FromHours(2));

        Assert.Equal(3, _jobs.Count);
    }

    private sealed class JobList : IBackgroundJobClient
    {
        public int Count { get; private set; }

        public string Create(Job job, IState state)
        {
            Count++;
            return "1";
        }

        public bool ChangeState(string jobId, IState state, string expectedState) => true;
    }
}
