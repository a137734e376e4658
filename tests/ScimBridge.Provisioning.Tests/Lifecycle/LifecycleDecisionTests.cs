using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Lifecycle;

public sealed class LifecycleDecisionTests
{
    private static readonly Instant Now = Sample.Instant("2026-03-02T09:00:00Z");

    // When the ends of these tests were done: no later than they were.
    private static readonly Instant InTime = Sample.Instant("2026-01-01T00:00:00Z");

    // Every state now, after every decision before, with and without an identity, under every policy for leaves.
    private static readonly List<Combination> All =
    [
        .. from now in Enum.GetValues<AccessState>()
           from before in LifecycleTable.States
           from hasIdentity in new[] { false, true }
           from usable in new[] { false, true }
           from leave in Enum.GetValues<LeaveAction>()
           select new Combination(now, before, hasIdentity, usable, leave),
    ];

    [Fact]
    public void Nobody_may_use_an_account_without_being_at_work_or_on_a_leave_that_keeps_it() => Assert.All(
        All, c => Assert.Equal(c.Now == AccessState.Active || (c.Now == AccessState.Restricted && c.Leave != LeaveAction.Suspend), c.Decide().Active));

    [Fact]
    public void Privileged_is_only_who_is_at_work_or_on_a_leave_that_keeps_everything() => Assert.All(
        All,
        c => Assert.Equal(
            c.Now == AccessState.Active || (c.Now == AccessState.Restricted && c.Leave == LeaveAction.Keep),
            c.Decide().Memberships.HasFlag(Memberships.Privileged)));

    [Fact]
    public void Ordinary_memberships_stay_but_for_those_who_are_gone_or_not_yet_there() => Assert.All(
        All,
        c => Assert.Equal(c.Now is not (AccessState.None or AccessState.Ended), c.Decide().Memberships.HasFlag(Memberships.Unprivileged)));

    [Fact]
    public void Taking_away_what_could_be_used_is_more_urgent_than_any_joiner() => Assert.All(
        All.Where(c => c is { HasIdentity: true, Usable: true } && !c.Decide().Active), c => Assert.True(c.Decide().Lane < Lane.Join, c.ToString()));

    [Fact]
    public void Memberships_go_no_later_than_anything_else_comes() => Assert.All(All, c => Assert.True(c.Decide().Removals <= c.Decide().Lane, c.ToString()));

    [Fact]
    public void Identity_stays_until_it_is_time_to_delete_it() => Assert.All(All, c => Assert.Equal(
        c.HasIdentity || c.Now is not (AccessState.None or AccessState.Ended), c.Decide().Exists));

    [Fact]
    public void Every_rule_of_the_product_stands_in_the_order() => Assert.Equal(
        typeof(ILifecycleRule).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(ILifecycleRule))).Select(t => t.Name).Order(StringComparer.Ordinal),
        LifecycleDecision.Rules.Select(r => r.GetType().Name).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(null, null)]
    [InlineData(30, "2026-03-03T23:00:00Z")]
    public void Account_of_a_leaver_is_deleted_after_so_many_days_and_wakes_by_itself(int? days, string? due)
    {
        var policy = new LifecyclePolicy(new WorkerPolicy { DeleteAfter = days is { } d ? Duration.FromDays(d) : null });
        var facts = Sample.Facts with { StartDate = new LocalDate(2020, 1, 1), TerminationDate = new LocalDate(2026, 2, 1) };

        var intent = Decide(facts, Now, policy);

        Assert.Equal(("leaver", Sample.MaybeInstant(due), Sample.MaybeInstant(due)), (intent.Rule, intent.DeleteAt, intent.NextChange));
        if (intent.DeleteAt is not { } at)
            return;
        Assert.Equal("leaver", Decide(facts, at - Duration.Epsilon, policy).Rule);
        Assert.Equal(("deletion", false), (Decide(facts, at, policy).Rule, Decide(facts, at, policy).Exists));
    }

    [Fact]
    public void Of_an_end_that_is_told_late_the_days_count_from_when_it_was_done()
    {
        var policy = new LifecyclePolicy(new WorkerPolicy { DeleteAfter = Duration.FromDays(30) });
        var worker = Worker.At(Sample.Facts with { TerminationDate = new LocalDate(2025, 3, 1) }, Now, Sample.Zones, policy.Preparation);
        var first = new LifecycleChange(AccessState.Active, HasIdentity: true, worker);

        Assert.Equal(("leaver", Now + Duration.FromDays(30)), (LifecycleDecision.Decide(first, policy).Rule, LifecycleDecision.Decide(first, policy).DeleteAt));
        var done = Now - Duration.FromDays(10);
        Assert.Equal(done + Duration.FromDays(30), LifecycleDecision.Decide(first with { EndedAt = done }, policy).DeleteAt);
    }

    [Fact]
    public void End_without_a_day_counts_from_the_day_on_which_the_source_began_to_say_it()
    {
        var policy = new LifecyclePolicy(new WorkerPolicy { DeleteAfter = Duration.FromDays(30) });
        var gone = Sample.Facts with { StartDate = new LocalDate(2020, 1, 1), Status = EmploymentStatus.Terminated };
        List<Assertion> said = [Snapshot(1, "2026-02-01T09:00:00Z", Sample.Facts with { StartDate = new LocalDate(2020, 1, 1) })];
        said.Add(Snapshot(2, "2026-02-10T09:00:00Z", gone));
        said.Add(Snapshot(3, "2026-02-20T09:00:00Z", gone with { Title = "Formerly clerk" }));

        Assert.Equal(Sample.Instant("2026-03-11T23:00:00Z"), Decide(said, Now, policy).DeleteAt);
        Assert.Equal("deletion", Decide(said, Sample.Instant("2026-03-11T23:00:00Z"), policy).Rule);
    }

    [Fact]
    public void Nobody_who_will_come_back_is_deleted()
    {
        var policy = new LifecyclePolicy(new WorkerPolicy { DeleteAfter = Duration.FromDays(30) });
        var left = Sample.Facts with { StartDate = new LocalDate(2020, 1, 1), TerminationDate = new LocalDate(2026, 2, 1) };
        List<Assertion> said = [Snapshot(1, "2026-02-01T09:00:00Z", left)];
        said.Add(Snapshot(2, "2026-02-20T09:00:00Z", left with { StartDate = new LocalDate(2026, 9, 1), TerminationDate = null }));

        Assert.Equal(("leaver", (Instant?)null), (Decide(said, Now, policy).Rule, Decide(said, Now, policy).DeleteAt));
        Assert.Equal("preStart", Decide(said, Sample.Instant("2026-08-27T09:00:00Z"), policy).Rule);
    }

    [Fact]
    public void Contract_that_ran_out_keeps_ordinary_memberships_until_the_days_of_grace_are_over()
    {
        var policy = new LifecyclePolicy(new WorkerPolicy { ContractGrace = Duration.FromDays(14), DeleteAfter = Duration.FromDays(30) });
        var facts = Sample.Facts with { Type = WorkerType.Contractor, StartDate = new LocalDate(2025, 1, 1), ContractEndDate = new LocalDate(2026, 2, 28) };
        var end = Sample.Instant("2026-02-28T23:00:00Z");

        var intent = Decide(facts, end, policy);

        Assert.Equal(("contractEnd", false, Memberships.Ordinary), (intent.Rule, intent.Active, intent.Memberships));
        Assert.Equal((end + Duration.FromDays(14), end + Duration.FromDays(30)), (intent.NextChange, intent.DeleteAt));
        Assert.Equal("leaver", Decide(facts, end + Duration.FromDays(14), policy).Rule);
        // Who was terminated is no contractor whose contract ran out.
        Assert.Equal("leaver", Decide(facts with { TerminationDate = new LocalDate(2026, 2, 27) }, end, policy).Rule);
    }

    [Theory]
    [InlineData(EmploymentStatus.Deceased, null, 7)]
    [InlineData(EmploymentStatus.Terminated, TerminationType.Involuntary, 3)]
    [InlineData(EmploymentStatus.Terminated, TerminationType.Voluntary, 90)]
    [InlineData(EmploymentStatus.Discarded, null, 1)]
    public void Days_until_deletion_go_by_the_type_of_the_end(EmploymentStatus status, TerminationType? type, int days)
    {
        var policy = new LifecyclePolicy(new WorkerPolicy
        {
            DeleteAfter = Duration.FromDays(90),
            DeleteAfterByType = new Dictionary<TerminationType, Duration?>
            {
                [TerminationType.Death] = Duration.FromDays(7), [TerminationType.Involuntary] = Duration.FromDays(3), [TerminationType.NoShow] = Duration.FromDays(1),
            },
        });
        var facts = Sample.Facts with
        {
            StartDate = new LocalDate(2020, 1, 1), Status = status, TerminationType = type, TerminationDate = new LocalDate(2026, 3, 1),
        };

        Assert.Equal(Sample.Instant("2026-03-01T23:00:00Z") + Duration.FromDays(days), Decide(facts, Sample.Instant("2026-03-01T23:00:00Z"), policy).DeleteAt);
    }

    [Fact]
    public void Type_of_worker_with_a_policy_of_its_own_goes_by_that()
    {
        var policy = new LifecyclePolicy(
            new WorkerPolicy(), new Dictionary<WorkerType, WorkerPolicy> { [WorkerType.Contractor] = new() { Preparation = Duration.FromDays(1), Leave = LeaveAction.Suspend } });
        var start = Sample.Facts with { StartDate = new LocalDate(2026, 3, 6), ContractEndDate = new LocalDate(2026, 12, 31) };
        var leave = start with { StartDate = new LocalDate(2026, 1, 1), Status = EmploymentStatus.OnLeave };

        Assert.Equal("preStart", Decide(start, Now, policy, hasIdentity: false).Rule);
        Assert.Equal("neverJoined", Decide(start with { Type = WorkerType.Contractor }, Now, policy, hasIdentity: false).Rule);
        Assert.True(Decide(leave, Now, policy).Active);
        Assert.False(Decide(leave with { Type = WorkerType.Contractor }, Now, policy).Active);
    }

    private static Assertion Snapshot(long seq, string at, WorkerFacts facts) =>
        Assertion.Of(new HrRecord(facts, $"h{seq}", seq), seq, Sample.Instant(at), Sample.Instant(at), "b", Sample.Zones);

    private static Intent Decide(WorkerFacts facts, Instant at, LifecyclePolicy policy, bool hasIdentity = true) =>
        LifecycleDecision.Decide(
            new LifecycleChange(AccessState.Active, hasIdentity, Worker.At(facts, at, Sample.Zones, policy.Preparation)) { EndedAt = InTime }, policy);

    private static Intent Decide(IEnumerable<Assertion> said, Instant at, LifecyclePolicy policy) => LifecycleDecision.Decide(
        new LifecycleChange(AccessState.Active, HasIdentity: true, Timeline.Of(said, Instant.MaxValue).At(at, Sample.Zones, policy.Preparation)!)
        {
            EndedAt = InTime,
        },
        policy);

    private sealed record Combination(AccessState Now, AccessState? Before, bool HasIdentity, bool Usable, LeaveAction Leave)
    {
        public Intent Decide() => LifecycleDecision.Decide(
            new LifecycleChange(
                Before, HasIdentity, new Worker(Sample.Facts, Now, AccessStart: null, AccessEnd: null, NextTransition: null, NextAccess: null)) { WasUsable = Usable },
            new LifecyclePolicy(new WorkerPolicy { Leave = Leave }));
    }
}
