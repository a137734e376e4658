using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Provisioning.Tests.Delivery;

/// <summary>The pace against targets that are simulated in virtual time: nearly all of what they permit, and hardly a refusal.</summary>
public sealed class PaceTests
{
    private static readonly Instant Start = Sample.Instant("2026-06-30T12:00:00Z");

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(400)]
    public void Limit_that_is_not_said_is_found_and_kept(int perSecond)
    {
        var run = PacedRun.Against(new SilentLimit(perSecond), inFlight: 16, latencyMilliseconds: 20, calls: Math.Max(40_000, 200 * perSecond), new Pace());

        Assert.True(run.Refused < run.Calls * 0.001, $"{run.Refused} of {run.Calls} calls were refused.");
        Assert.True(run.Rate >= 0.95 * perSecond, $"{run.Rate:0.0} of {perSecond} calls a second were made.");
    }

    [Theory]
    [InlineData(600, 60)]
    [InlineData(100, 60)]
    [InlineData(3000, 60)]
    [InlineData(50, 10)]
    public void Limit_that_is_said_is_used_up_and_never_run_into(int limit, int seconds)
    {
        var run = PacedRun.Against(new ShownLimit(limit, seconds), inFlight: 16, latencyMilliseconds: 40, calls: 20 * limit, new Pace());

        Assert.Equal(0, run.Refused);
        Assert.True(run.Rate >= 0.95 * limit / seconds, $"{run.Rate:0.00} of {(double)limit / seconds:0.00} calls a second were made.");
    }

    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(800)]
    public void Limit_that_is_said_to_be_nearly_used_up_does_not_stop_the_target(int perSecond)
    {
        var run = PacedRun.Against(new BucketLimit(perSecond, seconds: 10), inFlight: 8, latencyMilliseconds: 10, calls: 200 * perSecond, new Pace());

        Assert.True(run.Refused < run.Calls * 0.01, $"{run.Refused} of {run.Calls} calls were refused.");
        Assert.True(run.Rate >= 0.8 * perSecond, $"{run.Rate:0.0} of {perSecond} calls a second were made.");
    }

    [Fact]
    public void Reserve_is_left_over_in_every_window_but_for_urgent_calls()
    {
        var target = new ShownLimit(200, 60);
        var run = PacedRun.Against(target, inFlight: 8, latencyMilliseconds: 40, calls: 1_000, new Pace { Reserve = 0.1 });

        Assert.Equal(0, run.Refused);
        Assert.InRange(target.MostInAWindow, 170, 180);
        var exhausted = new Pace { Reserve = 0.1 }.Hear(new RateHeard(Limit: 200, Remaining: 20, UntilReset: Duration.FromSeconds(30)), Start, Start);
        Assert.Equal(Start + Duration.FromSeconds(30), exhausted.Take(Start, isUrgent: false).At);
        Assert.Equal(Start, exhausted.Take(Start, isUrgent: true).At);
    }

    [Fact]
    public void Urgent_call_starts_at_once_whatever_waits()
    {
        var pace = new Pace { Ceiling = 10 };
        for (var i = 0; i < 50; i++)
            pace = pace.Take(Start, isUrgent: false).Taken;

        Assert.Equal(Start + Duration.FromSeconds(5), pace.Take(Start, isUrgent: false).At);
        Assert.Equal(Start, pace.Take(Start, isUrgent: true).At);
    }

    [Fact]
    public void Target_that_asks_everybody_to_wait_is_left_alone_by_everybody()
    {
        var pace = new Pace().Hear(new RateHeard(IsThrottled: true, RetryAfter: Duration.FromSeconds(17)), Start, Start);

        Assert.Equal(Start + Duration.FromSeconds(17), pace.Take(Start, isUrgent: false).At);
        Assert.Equal(Start + Duration.FromSeconds(17), pace.Take(Start, isUrgent: true).At);
    }

    [Fact]
    public void Calls_that_cost_more_units_are_further_apart()
    {
        var pace = new Pace { Ceiling = 10 };
        var (taken, _) = pace.Take(Start, isUrgent: false);
        var after = taken.Hear(new RateHeard(Cost: 5), Start, Start);

        Assert.Equal(Start + Duration.FromSeconds(0.5), after.Take(Start, isUrgent: false).At);
    }

    [Fact]
    public void Refusals_of_calls_that_were_under_way_together_slow_down_once()
    {
        var pace = new Pace();
        var once = pace.Hear(new RateHeard(IsThrottled: true), Start, Start + Duration.FromMilliseconds(10));
        var twice = once.Hear(new RateHeard(IsThrottled: true), Start + Duration.FromMilliseconds(1), Start + Duration.FromMilliseconds(20));

        Assert.Equal(once.RateAt(Start), twice.RateAt(Start));
        Assert.True(once.RateAt(Start) < pace.RateAt(Start));
    }

    [Fact]
    public void Lower_limit_of_a_target_under_way_is_found_again()
    {
        var target = new SilentLimit(100);
        var found = PacedRun.Against(target, 16, 20, 20_000, new Pace());
        target.PerSecond = 30;
        var lower = PacedRun.Against(target, 16, 20, 20_000, found.Pace, found.End);

        Assert.True(lower.Refused < 40, $"{lower.Refused} calls were refused.");
        Assert.True(lower.Rate >= 0.7 * 30, $"{lower.Rate:0.0} of 30 calls a second were made.");
    }

    [Theory]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(200)]
    public void Pace_that_was_cut_while_answers_were_slow_comes_back(int perSecond)
    {
        var target = new SilentLimit(perSecond);
        var found = PacedRun.Against(target, 16, 20, 200 * perSecond, new Pace());
        // Nothing was heard for seconds, and then a refusal: as if the target took one call a second.
        var later = found.End + Duration.FromSeconds(2);
        var heard = found.Pace.Hear(new RateHeard(), later, later);
        later += Duration.FromSeconds(1);
        var cut = heard.Hear(new RateHeard(IsThrottled: true, RetryAfter: Duration.FromSeconds(1)), later, later);
        Assert.True(cut.RateAt(later) < 0.2 * perSecond, $"{cut.RateAt(later):0.0}");

        var after = PacedRun.Against(target, 16, 20, 300 * perSecond, cut, later);

        Assert.True(after.Rate >= 0.75 * perSecond, $"{after.Rate:0.0} of {perSecond} calls a second were made.");
        Assert.True(after.Pace.RateAt(after.End) >= 0.85 * perSecond, $"{after.Pace.RateAt(after.End):0.0}");
    }

    [Property]
    public Property Nothing_that_is_heard_makes_the_pace_stop_for_good() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<(int Kind, byte A, byte B)>().ListOf().ToArbitrary(),
        heard =>
        {
            var (pace, now) = (new Pace { Reserve = 0.1 }, Start);
            foreach (var (kind, a, b) in heard)
            {
                now += Duration.FromMilliseconds(a);
                var (taken, at) = pace.Take(now, isUrgent: kind % 7 == 0);
                pace = taken.Hear(
                    (kind % 4) switch
                    {
                        0 => null,
                        1 => new RateHeard(IsThrottled: b % 2 == 0, RetryAfter: Duration.FromSeconds(b)),
                        2 => new RateHeard(Limit: a, Remaining: Math.Min(a, b), UntilReset: Duration.FromSeconds(b)),
                        _ => new RateHeard(Cost: 1 + (b % 3), Used: b / 100.0),
                    },
                    Instant.Min(at, now),
                    now);
            }

            // Once everything that was said is past, a call may start within the time that a slow target takes.
            now += Duration.FromMinutes(20);
            return pace.Take(now, isUrgent: true).At <= now && pace.Take(now, isUrgent: false).At <= now + Duration.FromMinutes(15);
        });
}
