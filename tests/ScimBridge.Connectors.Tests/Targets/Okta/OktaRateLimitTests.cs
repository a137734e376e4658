using Microsoft.Extensions.Time.Testing;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Okta;
using static ScimBridge.Connectors.Tests.Targets.Okta.OktaAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Okta;

/// <summary>Limits by the clock: Okta's, which the answers show, and ours.</summary>
public sealed class OktaRateLimitTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(0)]
    [InlineData(-900)]
    [InlineData(900)]
    public async Task Without_Retry_After_the_wait_is_until_the_reset_by_the_clock_of_Okta(int clockOff)
    {
        await using var org = await OktaOrg.StartAsync(clock: new FakeTimeProvider(Noon.AddSeconds(clockOff)));
        var ours = new FakeTimeProvider(Noon);
        using var target = org.Open(clock: ours);
        org.State.Faults.Add(new FaultRule { Kind = FaultKind.Throttle, Next = 1, RetryAfterSeconds = 42 });

        Assert.Equal((TimeSpan.FromSeconds(42), true), await target.CreateAsync(User(), None) is Outcome.Retry retry ? (retry.After, retry.Untouched) : default);
        // Until then nothing is called.
        Assert.True(Assert.IsType<Outcome.Retry>(await target.CreateAsync(User(), None)).IsHeldBack);
        ours.Advance(TimeSpan.FromSeconds(42));
        Assert.IsType<Outcome.Done>(await target.CreateAsync(User(), None));
    }

    [Fact]
    public async Task Reserve_is_left_to_others_until_the_window_ends_and_no_call_is_refused()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var org = await OktaOrg.StartAsync(new OktaSettings { LimitPerMinute = 10 }, clock: clock);
        using var target = org.Open(o => o.RateReservePercent = 20, clock);

        // The first half at once, then spread over the window: each is told when its turn is.
        var began = clock.GetUtcNow();
        for (var made = 0; made < 16;)
        {
            var outcome = await target.FindAsync(AccountKind.User, Key, None);
            if (outcome is Outcome.Retry { IsHeldBack: true, Untouched: true, After: { } after })
                clock.Advance(after);
            else
                made++;
            Assert.True(outcome is Outcome.Gone or Outcome.Retry { IsHeldBack: true }, outcome.ToString());
        }

        Assert.InRange(clock.GetUtcNow() - began, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120));
        Assert.Equal(16, org.State.Calls.Count);
        Assert.All(org.State.Calls, call => Assert.Equal(200, call.Status));

        // Another endpoint has a limit of its own.
        Assert.IsType<Outcome.Gone>(await target.FindAsync(AccountKind.Group, Key, None));
    }

    [Fact]
    public async Task Limit_that_others_have_used_up_is_answered_with_a_wait()
    {
        var clock = new FakeTimeProvider(Noon);
        await using var org = await OktaOrg.StartAsync(new OktaSettings { LimitPerMinute = 1 }, clock: clock);
        using var others = org.Open(clock: clock);
        using var target = org.Open(clock: clock);
        await others.FindAsync(AccountKind.User, Key, None);

        var retry = Assert.IsType<Outcome.Retry>(await target.FindAsync(AccountKind.User, Key, None));

        Assert.Equal((TimeSpan.FromSeconds(60), true), (retry.After, retry.Untouched));
        Assert.Contains("E0000047", retry.Reason, StringComparison.Ordinal);
    }
}
