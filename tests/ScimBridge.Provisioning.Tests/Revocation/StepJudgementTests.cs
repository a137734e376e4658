using NodaTime;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Provisioning.Tests.Revocation;

/// <summary>What a look means: what a target says is never what it shows.</summary>
public sealed class StepJudgementTests
{
    private static readonly Instant Start = Instant.FromUtc(2026, 3, 2, 9, 0);
    private static readonly RevocationPolicy Policy = new()
    {
        Kinds = new HashSet<AccessKind> { AccessKind.Account },
        Objective = Duration.FromMinutes(5),
        Checks = [Duration.FromMinutes(5), Duration.FromHours(1)],
    };

    private static readonly StepFinding[] Findings =
    [
        new StepFinding.Seen(new AccessReading("GET", "nothing", [])),
        new StepFinding.Seen(new AccessReading("GET", "two", ["a", "b"])),
        new StepFinding.Seen(new AccessReading("GET", "no answer to that", null)),
        new StepFinding.Waiting("first the account"),
        new StepFinding.Unanswered("503"),
        new StepFinding.Unanswered("429", TimeSpan.FromMinutes(3)),
        new StepFinding.Blocked("protected"),
        new StepFinding.Silent("no means"),
    ];

    public static TheoryData<StepState, int, bool, bool> Cases()
    {
        var cases = new TheoryData<StepState, int, bool, bool>();
        foreach (var state in Enum.GetValues<StepState>())
        {
            for (var finding = 0; finding < Findings.Length; finding++)
            {
                cases.Add(state, finding, true, false);
                cases.Add(state, finding, true, true);
                cases.Add(state, finding, false, false);
                cases.Add(state, finding, false, true);
            }
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Only_a_look_that_shows_nothing_verifies(StepState state, int finding, bool acknowledged, bool late)
    {
        var before = Progress(state);
        var found = Findings[finding] with { IsAcknowledged = acknowledged };
        var now = late ? Start + Duration.FromMinutes(6) : Start + Duration.FromMinutes(1);

        var change = StepJudgement.Of(before, found, Policy, now, jitter: 0.5);

        var showsNothing = found is StepFinding.Seen { Reading.Left.Count: 0 };
        if (showsNothing)
            Assert.Equal((StepState.Verified, Verdict.Cut), (change.Progress.State, change.Seen!.Value.Verdict));
        else if (state != StepState.Verified)
            Assert.NotEqual(StepState.Verified, change.Progress.State);
        // Whatever is neither verified nor answered for is looked at again, and says why; but for what nobody can look at.
        if (state == StepState.Unverifiable && change.Progress.State == StepState.Failed && found is StepFinding.Seen)
            Assert.True(change.NextAt is null && change.Reason is not null);
        else if (change.Progress.State is StepState.Requested or StepState.Acknowledged or StepState.Failed)
            Assert.True(change.NextAt >= now && change.Reason is not null);
        if (change.Progress.State == StepState.Unverifiable)
            Assert.NotNull(change.Reason);
        if (acknowledged && !change.IsReopened)
            Assert.NotNull(change.Progress.AcknowledgedAt);
        Assert.Equal(found is StepFinding.Seen, change.Seen is not null);
    }

    [Fact]
    public void What_is_there_again_is_asked_for_at_once_and_from_the_beginning()
    {
        var change = StepJudgement.Of(Progress(StepState.Verified) with { Checks = 1 }, Findings[1], Policy, Start, jitter: 0.5);

        Assert.True(change.IsReopened);
        Assert.Equal((StepState.Requested, 0, 0, (Instant?)null, (Instant?)null), (
            change.Progress.State, change.Progress.Attempts, change.Progress.Checks, change.Progress.VerifiedAt, change.Progress.AcknowledgedAt));
        Assert.Equal(Start, change.NextAt);
    }

    [Fact]
    public void Target_that_said_so_and_shows_otherwise_has_not_enforced()
    {
        Assert.True(StepJudgement.Of(Progress(StepState.Acknowledged), Findings[1], Policy, Start, jitter: 0.5).IsNotEnforced);
        Assert.False(StepJudgement.Of(Progress(StepState.Requested), Findings[1], Policy, Start, jitter: 0.5).IsNotEnforced);
    }

    [Fact]
    public void Later_looks_come_when_policy_says_and_late_ones_are_not_made_up_for()
    {
        var proven = StepJudgement.Of(Progress(StepState.Acknowledged), Findings[0], Policy, Start, jitter: 0.5);
        Assert.Equal(Start + Duration.FromMinutes(5), proven.NextAt);
        var second = StepJudgement.Of(proven.Progress, Findings[0], Policy, Start + Duration.FromMinutes(5), jitter: 0.5);
        Assert.Equal(Start + Duration.FromHours(1), second.NextAt);
        Assert.Null(StepJudgement.Of(second.Progress, Findings[0], Policy, Start + Duration.FromDays(1), jitter: 0.5).NextAt);
        Assert.Null(StepJudgement.Of(proven.Progress, Findings[0], Policy, Start + Duration.FromDays(1), jitter: 0.5).NextAt);
    }

    [Fact]
    public void Target_that_asks_to_wait_is_left_alone_for_as_long()
    {
        var change = StepJudgement.Of(Progress(StepState.Requested), Findings[5], Policy, Start, jitter: 0.5);

        Assert.Equal(Start + Duration.FromMinutes(3), change.NextAt);
    }

    // Computed outside: printf '4:case,6:record,' | sha256sum, and so on.
    [Fact]
    public void Hash_is_over_netstrings_of_what_was_seen()
    {
        var begin = ProofFact.Begin("case", "record");
        Assert.Equal("45832dd6079a91f64101950bb04f1e24870a4e08d4ee8f18dafabde9b2204d01", begin);
        var fact = new ProofFact("case", 1, "corp", AccessKind.Account, Start, "GET user", "active: false", Verdict.Cut, "system:enforce");
        Assert.Equal("e07d15dffd36c77bb1214eee3eaea14ce93240b4f6f40c375b52600c7f973025", fact.HashAfter(begin));
        Assert.NotEqual(fact.HashAfter(begin), (fact with { Value = "active: true" }).HashAfter(begin));
    }

    private static StepProgress Progress(StepState state) => new(
        state, Start + Duration.FromMinutes(5), Attempts: 0, Checks: 0, state == StepState.Verified ? Start : null,
        state is StepState.Verified or StepState.Acknowledged ? Start : null);
}
