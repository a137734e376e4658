using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Safety;

namespace ScimBridge.Provisioning.Tests.Planning;

/// <summary>The words and the figures of a plan.</summary>
public sealed class PlanReportTests
{
    private static readonly DesiredAccount Account = new(AccountKind.User, "r1", Active: true, []);

    public static TheoryData<bool?, string, PlannedOperation> Updates => new()
    {
        { null, "title", PlannedOperation.Update },
        { null, "userName", PlannedOperation.Rename },
        { true, "title", PlannedOperation.Enable },
        { false, "userName", PlannedOperation.Disable },
    };

    [Theory, MemberData(nameof(Updates))]
    public void Update_is_named_by_what_it_does_most(bool? active, string attribute, PlannedOperation expected)
    {
        var update = new Operation.Update(
            "a1", Account, [new AttributeChange(null, attribute, JsonValue.Create("x")), new AttributeChange("urn:x", "userName", null)], active);

        var (operation, attributes) = PlannedOperations.Of(update)!.Value;

        Assert.Equal(expected, operation);
        Assert.Equal([attribute, "urn:x:userName"], attributes);
    }

    [Fact]
    public void Nothing_to_do_is_no_item()
    {
        Assert.Null(PlannedOperations.Of(new Operation.Nothing()));
        Assert.Equal(PlannedOperation.Create, PlannedOperations.Of(new Operation.Create(Account, FindFirst: true))!.Value.Operation);
        Assert.Equal(PlannedOperation.Delete, PlannedOperations.Of(new Operation.Delete(AccountKind.User, "a1"))!.Value.Operation);
    }

    [Fact]
    public void Every_operation_is_found_by_its_word()
    {
        Assert.All(Enum.GetValues<PlannedOperation>(), o => Assert.Equal(o, PlannedOperations.OfWord(o.Word())));
        Assert.Null(PlannedOperations.OfWord("burn"));
    }

    [Fact]
    public void Items_are_counted_by_target_rule_and_department_and_workers_once()
    {
        var report = new PlanReport();
        foreach (var worker in new[] { "1", "2" })
        {
            report.Add(Item(worker, null, PlannedOperation.Disable, "leaver"));
            report.Add(Item(worker, "corp", PlannedOperation.Disable, "leaver"));
        }

        report.Add(new PlanItem { Subject = "department:Sales", Operation = PlannedOperation.Create, Rule = "department", Basis = "b" });

        Assert.Equal((5, 2), (report.Items, report.Workers));
        Assert.Equal(
            [new(null, PlannedOperation.Create, "department", 1), new(null, PlannedOperation.Disable, "leaver", 2), new("corp", PlannedOperation.Disable, "leaver", 2)],
            report.Counts);
        Assert.Equal([new("Sales", PlannedOperation.Disable, 2)], report.Departments);
    }

    [Fact]
    public void Loss_for_good_is_an_end_and_loss_with_groups_kept_is_for_a_time()
    {
        var leaver = new Intent("leaver", Exists: true, Active: false, Memberships.None, Lane.Revoke);
        var mover = new Intent("atWork", Exists: true, Active: true, Memberships.All, Lane.Change);

        Assert.Equal(Effect.Terminates, PlanSafety.EffectOf(PlannedOperation.Disable, leaver));
        Assert.Equal(Effect.Disables, PlanSafety.EffectOf(PlannedOperation.Disable, leaver with { Memberships = Memberships.Unprivileged }));
        Assert.Equal(Effect.Moves, PlanSafety.EffectOf(PlannedOperation.Lose, mover));
        Assert.Equal(Effect.None, PlanSafety.EffectOf(PlannedOperation.Lose, leaver));
        Assert.Equal(Effect.None, PlanSafety.EffectOf(PlannedOperation.Create, mover));
    }

    private static PlanItem Item(string worker, string? target, PlannedOperation operation, string rule) => new()
    {
        Subject = "hr/" + worker, Source = "hr", WorkerId = worker, Target = target, Operation = operation, Rule = rule, Department = "Sales", Basis = "b",
    };
}
