using NodaTime;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Provisioning.Tests.Delivery;

public sealed class TargetBreakerTests
{
    private static readonly Instant Start = Sample.Instant("2026-06-30T12:00:00Z");
    private static readonly Outcome Unavailable = new Outcome.Retry(null, "no answer");

    [Fact]
    public void Twelve_failures_in_a_row_open_it_and_one_success_before_does_not()
    {
        var breaker = new TargetBreaker();
        for (var i = 0; i < 11; i++)
            breaker = breaker.After(Unavailable, isProbe: false, Start, 0.5);
        Assert.False(breaker.IsOpen);
        Assert.False(breaker.After(new Outcome.Done(), isProbe: false, Start, 0.5).After(Unavailable, isProbe: false, Start, 0.5).IsOpen);

        var open = breaker.After(Unavailable, isProbe: false, Start, 0.5);

        Assert.True(open.IsOpen);
        Assert.Equal(("no answer", (Instant?)Start), (open.Reason, open.OpenedAt));
        Assert.InRange(open.ProbeAt!.Value, Start + Duration.FromSeconds(1), Start + Duration.FromSeconds(2));
    }

    [Fact]
    public void Refused_credential_opens_it_at_once_and_is_asked_about_no_sooner_than_in_45_seconds()
    {
        var open = new TargetBreaker().After(new Outcome.Stop("401"), isProbe: false, Start, 0);

        Assert.True(open.ProbeAt >= Start + Duration.FromSeconds(45));
    }

    [Fact]
    public void Target_that_throttles_or_that_was_not_called_is_there()
    {
        var breaker = new TargetBreaker();
        for (var i = 0; i < 100; i++)
        {
            breaker = breaker.After(new Outcome.Retry(TimeSpan.FromSeconds(1), "429", Untouched: true), isProbe: false, Start, 0.5)
                .After(new Outcome.Retry(TimeSpan.FromSeconds(1), "held", Untouched: true, IsHeldBack: true), isProbe: false, Start, 0.5);
        }

        Assert.Equal(new TargetBreaker(), breaker);
    }

    [Fact]
    public void Day_of_probes_in_vain_is_some_hundred_calls_and_the_first_answer_closes_it()
    {
        var breaker = new TargetBreaker().After(new Outcome.Stop("401"), isProbe: false, Start, 1);
        var probes = 0;
        while (breaker.ProbeAt < Start + Duration.FromDays(1))
        {
            breaker = breaker.After(Unavailable, isProbe: true, breaker.ProbeAt.Value, 1);
            probes++;
        }

        Assert.InRange(probes, 500, 1000);
        Assert.Equal(Start, breaker.OpenedAt);
        Assert.Equal(new TargetBreaker(), breaker.After(new Outcome.Rejected("no"), isProbe: true, Start, 1));
    }

    [Fact]
    public void Calls_that_were_under_way_when_it_opened_do_not_put_the_probe_off()
    {
        var open = new TargetBreaker().After(new Outcome.Stop("401"), isProbe: false, Start, 0.5);

        Assert.Equal(open, open.After(Unavailable, isProbe: false, Start + Duration.FromSeconds(30), 0.5));
        Assert.Equal(open, open.After(new Outcome.Stop("401"), isProbe: false, Start + Duration.FromSeconds(30), 0.5));
    }
}
