using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Lifecycle;

public sealed class LifecycleDecisionTests
{
    private static readonly IReadOnlyList<LifecycleVector> Table = Vectors.Read<LifecycleVector>("Lifecycle", "lifecycle.json");

    // The states before the first decision and after one.
    private static readonly IReadOnlyList<AccessState?> Before = [null, .. Enum.GetValues<AccessState>().Select(s => (AccessState?)s)];

    public static TheoryData<AccessState, AccessState?, bool, LeaveAction> Combinations { get; } = All();

    [Theory]
    [MemberData(nameof(Combinations))]
    public void Combination_is_decided_as_its_one_row_in_the_table_states(
        AccessState now, AccessState? before, bool hasIdentity, LeaveAction leave)
    {
        var row = Assert.Single(Table, r => (r.Now, r.Before, r.HasIdentity, r.Leave) == (now, before, hasIdentity, leave));
        var intent = LifecycleDecision.Decide(new LifecycleChange(before, hasIdentity, Worker(now)), Policy(leave));
        Assert.Equal(new Intent(row.Rule, row.Exists, row.Active, row.Member, row.Lane), intent);
    }

    [Fact]
    public void Table_has_a_row_for_every_combination_and_no_other() => Assert.Equal(Combinations.Count, Table.Count);

    [Fact]
    public void Every_rule_decides_something()
    {
        var silent = LifecycleDecision.Rules.Where(rule => !Table.Any(r =>
            LifecycleDecision.Rules.First(x => x.Decide(Change(r), Policy(r.Leave)) is not null) == rule));
        Assert.Empty(silent.Select(r => r.GetType().Name));
    }

    [Fact]
    public void Every_rule_of_the_product_stands_in_the_order() => Assert.Equal(
        typeof(ILifecycleRule).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(ILifecycleRule))).Select(t => t.Name).Order(StringComparer.Ordinal),
        LifecycleDecision.Rules.Select(r => r.GetType().Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Nobody_may_use_an_account_without_being_at_work_or_on_a_leave_that_keeps_it() => Assert.All(
        Table.Where(r => r.Active), r => Assert.True(r.Now == AccessState.Active || (r.Now == AccessState.Restricted && r.Leave == LeaveAction.Keep)));

    [Fact]
    public void Taking_away_what_could_be_used_is_more_urgent_than_any_joiner() => Assert.All(
        Table.Where(r => r.HasIdentity && !r.Active && r.Before == AccessState.Active),
        r => Assert.True(r.Lane < Lane.Join, r.ToString()));

    [Fact]
    public void Identity_that_exists_is_never_taken_away() => Assert.All(Table.Where(r => r.HasIdentity), r => Assert.True(r.Exists));

    private static LifecycleChange Change(LifecycleVector row) => new(row.Before, row.HasIdentity, Worker(row.Now));

    private static LifecyclePolicy Policy(LeaveAction leave) => new(Duration.FromDays(7), leave);

    private static Worker Worker(AccessState access) =>
        new(Sample.Facts, access, AccessStart: null, AccessEnd: null, NextTransition: null, NextAccess: null);

    private static TheoryData<AccessState, AccessState?, bool, LeaveAction> All()
    {
        var all = new TheoryData<AccessState, AccessState?, bool, LeaveAction>();
        foreach (var now in Enum.GetValues<AccessState>())
        {
            foreach (var before in Before)
            {
                foreach (var hasIdentity in new[] { false, true })
                {
                    foreach (var leave in Enum.GetValues<LeaveAction>())
                        all.Add(now, before, hasIdentity, leave);
                }
            }
        }

        return all;
    }
}

/// <summary>One row of lifecycle.json.</summary>
public sealed record LifecycleVector(
    AccessState Now,
    AccessState? Before,
    bool HasIdentity,
    LeaveAction Leave,
    string Rule,
    bool Exists,
    bool Active,
    bool Member,
    Lane Lane);
