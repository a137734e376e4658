using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;
using static ScimBridge.Server.Tests.TestBridge;

namespace ScimBridge.Server.Tests.Lifecycle;

/// <summary>What becomes of everybody when the policy changes.</summary>
public sealed class PolicyChangeTests
{
    private const string Keep = """{ "leave": { "default": "keep" } }""";
    private const string Suspend = """{ "leave": { "default": "suspend" } }""";

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Changed_policy_reaches_everybody_with_no_new_record(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 3);

        await bridge.WantAsync(Suspend);
        Assert.Equal(["(l1.x)", "(l2.x)", "(l3.x)", "w4.x", "w5.x"], bridge.AtTarget());

        await bridge.WantAsync(Keep);
        Assert.Equal(["l1.x", "l2.x", "l3.x", "w4.x", "w5.x"], bridge.AtTarget());
        Assert.Empty(await bridge.HoldsAsync(state: null));
        var entries = await bridge.Bridge.Database.ReadAsync(
            s => s.QueryAsync("SELECT data FROM journal WHERE kind = 'policy.inForce' ORDER BY seq", r => r.GetString(0), CancellationToken.None),
            CancellationToken.None);
        Assert.Equal(["suspend", "keep"], entries.Select(e => (string)JsonNode.Parse(e)!["leave"]!["default"]!));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Policy_that_hits_too_many_is_held_with_a_preview_and_the_one_in_force_decides_meanwhile(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 2);
        await bridge.WantAsync(Suspend);

        var hold = Assert.Single(await bridge.HoldsAsync());
        Assert.Equal((PolicyTrial.Kind, 3L), (hold.Kind, hold.Records));
        var reasons = JsonNode.Parse(hold.Reasons)!.AsArray();
        Assert.Equal((3, 2, 5), ((int)reasons[0]!["count"]!, (int)reasons[0]!["limit"]!, (int)reasons[0]!["population"]!));
        Assert.Equal(("disables", 3), ((string)reasons[1]!["effect"]!, (int)reasons[1]!["count"]!));
        Assert.Equal("""{"path":"lifecycle.leave.default","inForce":"keep","wanted":"suspend"}""", reasons[2]!.ToJsonString());
        Assert.Equal(
            [("hr", "1", "disables", "leave", "leave"), ("hr", "2", "disables", "leave", "leave"), ("hr", "3", "disables", "leave", "leave")],
            (await bridge.PreviewAsync(hold)).Select(d => (d.Source, d.WorkerId, d.Effects, d.RuleBefore, d.Rule)));
        // Nobody who comes meanwhile is decided by a policy that is held, and nothing is looked at twice.
        await bridge.Bridge.ImportAsync([.. People(), Row("6", "L6", "X", status: "L")]);
        await bridge.EvaluateAsync();
        Assert.Equal(["l1.x", "l2.x", "l3.x", "l6.x", "w4.x", "w5.x"], bridge.AtTarget());
        Assert.Equal(hold.Id, Assert.Single(await bridge.HoldsAsync()).Id);

        Assert.True(await bridge.DecideAsync(hold, approve: true));
        await bridge.EvaluateAsync();

        Assert.Equal(["(l1.x)", "(l2.x)", "(l3.x)", "(l6.x)", "w4.x", "w5.x"], bridge.AtTarget());
        var decided = Assert.Single(await bridge.HoldsAsync(state: null));
        Assert.Equal(("decided", "client:chief"), (decided.State, decided.DecidedBy));
        Assert.False((await bridge.BookAsync())!.IsOpen);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Policy_that_was_rejected_is_held_again_when_a_node_starts_that_wants_it(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 0);
        await bridge.WantAsync(Suspend);
        var first = Assert.Single(await bridge.HoldsAsync());
        Assert.True(await bridge.DecideAsync(first, approve: false));
        await bridge.EvaluateAsync();
        Assert.Empty(await bridge.HoldsAsync());

        await bridge.WantAsync(Suspend);
        Assert.NotEqual(first.Id, Assert.Single(await bridge.HoldsAsync()).Id);
        Assert.False(await bridge.DecideAsync(first, approve: true));
        await bridge.EvaluateAsync();
        Assert.Equal(["l1.x", "l2.x", "l3.x", "w4.x", "w5.x"], bridge.AtTarget());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Hold_is_over_when_a_third_policy_is_wanted(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 2);
        await bridge.WantAsync(Suspend);
        var first = Assert.Single(await bridge.HoldsAsync());

        await bridge.WantAsync("""{ "leave": { "default": "suspend" }, "contract": { "graceDays": 5 } }""");
        var second = Assert.Single(await bridge.HoldsAsync());
        Assert.NotEqual(first.Id, second.Id);
        Assert.False(await bridge.DecideAsync(first, approve: true));

        // Nobody's leave is of that type, so that nothing changes for anybody.
        await bridge.WantAsync("""{ "leave": { "default": "keep", "byType": { "military": "suspend" } } }""");
        Assert.Equal(["superseded", "superseded"], (await bridge.HoldsAsync(state: null)).Select(h => h.State));
        Assert.Contains("military", (await bridge.BookAsync())!.InForce, StringComparison.Ordinal);
        Assert.Equal(["l1.x", "l2.x", "l3.x", "w4.x", "w5.x"], bridge.AtTarget());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Evaluation_that_was_cut_off_goes_on_where_it_was(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 5);
        // As a process leaves it that died when it had made worker 2 due, and nobody was decided.
        await bridge.Bridge.Database.WriteAsync(
            async s =>
            {
                var wanted = ConfiguredLifecycle.Text(new LifecycleOptions { Leave = new LeaveOptions { Default = Provisioning.Lifecycle.LeaveAction.Suspend } });
                await RuleBookStore.WantAsync(s, RuleBookStore.Lifecycle, wanted, marksFirst: false, CancellationToken.None);
                Assert.True(await RuleBookStore.PutInForceAsync(s, RuleBookStore.Lifecycle, wanted, CancellationToken.None));
                var last = await WorkerStore.MarkAfterAsync(s, ("", -1), 1, limit: 2, CancellationToken.None);
                Assert.Equal(("hr", 1L), last);
                await RuleBookStore.MarkedAsync(s, RuleBookStore.Lifecycle, last, CancellationToken.None);
            },
            CancellationToken.None);

        await bridge.Bridge.SettleAsync();
        Assert.Equal(["(l1.x)", "(l2.x)", "l3.x", "w4.x", "w5.x"], bridge.AtTarget());
        await bridge.EvaluateAsync();
        Assert.Equal(["(l1.x)", "(l2.x)", "(l3.x)", "w4.x", "w5.x"], bridge.AtTarget());
        Assert.False((await bridge.BookAsync())!.IsOpen);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Two_nodes_hold_a_policy_once_and_decide_by_the_same_one(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 1);
        // The other node was deployed with the new policy, and this one still runs with the old.
        await using var other = bridge.Bridge.Node(PolicyBridge.Lifecycle(Suspend));
        await other.GetRequiredService<PolicyBook>().WantAsync(bridge.Bridge.Get<IClock>().GetCurrentInstant(), CancellationToken.None);
        var evaluation = new DrainKey(DrainKind.EvaluateRules, RuleBookStore.Lifecycle);
        await Task.WhenAll(
            Task.Run(() => other.GetRequiredService<DrainRunner>().RunAsync(evaluation, CancellationToken.None)),
            Task.Run(() => bridge.Bridge.Get<DrainRunner>().RunAsync(evaluation, CancellationToken.None)));
        var hold = Assert.Single(await bridge.HoldsAsync());

        await other.GetRequiredService<Intake>().AddFileAsync("hr", await FileAsync(bridge.Bridge, Row("6", "L6", "X", status: "L")), new Manifest("delta"), CancellationToken.None);
        await other.GetRequiredService<DrainRunner>().RunAsync(new DrainKey(DrainKind.ReadSource, "hr"), CancellationToken.None);
        await other.GetRequiredService<DrainRunner>().RunAsync(new DrainKey(DrainKind.DecideWorkers, "hr"), CancellationToken.None);
        await bridge.Bridge.SettleAsync();
        Assert.Equal(["l1.x", "l2.x", "l3.x", "l6.x", "w4.x", "w5.x"], bridge.AtTarget());

        Assert.True(await bridge.DecideAsync(hold, approve: true));
        await bridge.EvaluateAsync();
        await bridge.Bridge.ImportAsync([.. People(), Row("6", "L6", "X", status: "L"), Row("7", "L7", "X", status: "L")]);
        await bridge.Bridge.ImportAsync([.. People(), Row("6", "L6", "X"), Row("7", "L7", "X")]);
        await bridge.Bridge.ImportAsync([.. People(), Row("6", "L6", "X"), Row("7", "L7", "X", status: "L")]);
        Assert.Equal(["(l1.x)", "(l2.x)", "(l3.x)", "(l7.x)", "l6.x", "w4.x", "w5.x"], bridge.AtTarget());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Plan_of_a_configuration_shows_its_policy_and_any_other_the_one_in_force(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 0);
        await bridge.WantAsync(Suspend);
        var hold = Assert.Single(await bridge.HoldsAsync());

        var now = await PlanAsync(bridge.Bridge, new PlanRequest());
        Assert.Equal(0, now.Items);
        var wanted = await PlanAsync(bridge.Bridge, new PlanRequest { Configuration = bridge.Bridge.Configuration });
        var items = await bridge.Bridge.Database.ReadAsync(
            s => PlanStore.ItemsAsync(s, wanted.Id, "corp", null, -1, 100, CancellationToken.None), CancellationToken.None);
        Assert.Equal(
            [("1", PlannedOperation.Disable, "leave"), ("2", PlannedOperation.Disable, "leave"), ("3", PlannedOperation.Disable, "leave")],
            items.Select(i => (i.Item.WorkerId!, i.Item.Operation, i.Item.Rule)).Order());

        // What is held is not to be had by way of a plan.
        var outcome = await bridge.Bridge.Get<PlanExecution>().ExecuteAsync(wanted, null, "test", CancellationToken.None);
        Assert.Contains("not in force", Assert.IsType<PlanOutcome.Refused>(outcome).Reason, StringComparison.Ordinal);
        Assert.Equal(["l1.x", "l2.x", "l3.x", "w4.x", "w5.x"], bridge.AtTarget());

        Assert.True(await bridge.DecideAsync(hold, approve: true));
        await bridge.EvaluateAsync();
        Assert.Equal(0, (await PlanAsync(bridge.Bridge, new PlanRequest { Configuration = bridge.Bridge.Configuration })).Items);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Longer_preparation_makes_accounts_at_once_and_a_shorter_one_takes_their_groups(DatabaseKind kind)
    {
        await using var bridge = await PolicyBridge.StartAsync(kind, atLeast: 0, Joiner(7));
        await bridge.Bridge.ImportAsync(Row("1", "A", "X", status: "P", start: "2026-03-22"), Row("2", "B", "X"));
        Assert.Equal(["b.x"], bridge.AtTarget());

        await bridge.WantAsync(Joiner(30));
        Assert.Empty(await bridge.HoldsAsync());
        Assert.Equal(["(a.x)", "b.x"], bridge.AtTarget());
        Assert.Equal(["a.x@corp.example", "b.x@corp.example"], bridge.Bridge.Corp.FindGroup("Sales")!.Members.Order(StringComparer.Ordinal));

        await bridge.WantAsync(Joiner(7));
        var hold = Assert.Single(await bridge.HoldsAsync());
        Assert.Equal(("1", "suspends", "preStart", "postponement"), Single(await bridge.PreviewAsync(hold)));
        Assert.True(await bridge.DecideAsync(hold, approve: true));
        await bridge.EvaluateAsync();
        Assert.Equal(["b.x@corp.example"], bridge.Bridge.Corp.FindGroup("Sales")!.Members);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Shorter_grace_makes_leavers_of_those_whose_contract_ran_out(DatabaseKind kind)
    {
        await using var bridge = await PolicyBridge.StartAsync(kind, atLeast: 0, """{ "contract": { "graceDays": 14 } }""");
        await bridge.Bridge.ImportAsync(Row("1", "A", "X", type: "C", end: "2026-03-04"), Row("2", "B", "X"));
        bridge.Bridge.Time.Advance(TimeSpan.FromDays(5));
        await bridge.EvaluateAsync();
        Assert.Equal("contractEnd", await bridge.RuleAsync("1"));
        Assert.Equal(2, bridge.Bridge.Corp.FindGroup("Sales")!.Members.Count);

        await bridge.WantAsync("""{ "contract": { "graceDays": 1 } }""");
        var hold = Assert.Single(await bridge.HoldsAsync());
        Assert.Equal(("1", "suspends", "contractEnd", "leaver"), Single(await bridge.PreviewAsync(hold)));
        Assert.True(await bridge.DecideAsync(hold, approve: true));
        await bridge.EvaluateAsync();
        Assert.Equal("leaver", await bridge.RuleAsync("1"));
        Assert.Equal(["b.x@corp.example"], bridge.Bridge.Corp.FindGroup("Sales")!.Members);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Deletion_that_comes_sooner_is_held_and_one_that_comes_later_is_not(DatabaseKind kind)
    {
        await using var bridge = await PolicyBridge.StartAsync(kind, atLeast: 0, DeletedAfter(300));
        await bridge.Bridge.ImportAsync(Row("1", "A", "X"), Row("2", "B", "X"));
        await bridge.Bridge.ImportAsync(Row("1", "A", "X", lastDay: "2026-03-01"), Row("2", "B", "X"));
        bridge.Bridge.Time.Advance(TimeSpan.FromDays(60));
        await bridge.EvaluateAsync();

        await bridge.WantAsync(DeletedAfter(30));
        var hold = Assert.Single(await bridge.HoldsAsync());
        Assert.Equal(("1", "deletes", "leaver", "deletion"), Single(await bridge.PreviewAsync(hold)));
        Assert.Equal(["(a.x)", "b.x"], bridge.AtTarget());

        await bridge.WantAsync(DeletedAfter(90));
        var later = Assert.Single(await bridge.HoldsAsync());
        Assert.Equal(("1", "deletes", "leaver", "leaver"), Single(await bridge.PreviewAsync(later)));
        await bridge.WantAsync(DeletedAfter(400));
        Assert.Empty(await bridge.HoldsAsync());

        await bridge.WantAsync(DeletedAfter(30));
        Assert.True(await bridge.DecideAsync(Assert.Single(await bridge.HoldsAsync()), approve: true));
        await bridge.EvaluateAsync();
        Assert.Equal(["b.x"], bridge.AtTarget());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Privileges_that_nobody_can_have_hold_up_no_policy(DatabaseKind kind)
    {
        const string privileged = """{ "leave": { "default": "suspendPrivileged" } }""";
        await using var without = await StartAsync(kind, atLeast: 0);
        await without.WantAsync(privileged);
        Assert.Empty(await without.HoldsAsync());

        await using var with = await StartAsync(kind, atLeast: 0, json => json["groups"] = new JsonObject
        {
            ["admins"] = new JsonObject { ["displayName"] = "Admins", ["where"] = "userName pr", ["privileged"] = true },
        });
        Assert.Equal(5, with.Bridge.Corp.FindGroup("Admins")!.Members.Count);
        await with.WantAsync(privileged);
        var hold = Assert.Single(await with.HoldsAsync());
        Assert.Equal(["suspends", "suspends", "suspends"], (await with.PreviewAsync(hold)).Select(d => d.Effects));
        Assert.True(await with.DecideAsync(hold, approve: true));
        await with.EvaluateAsync();
        Assert.Equal(["w4.x@corp.example", "w5.x@corp.example"], with.Bridge.Corp.FindGroup("Admins")!.Members.Order(StringComparer.Ordinal));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Nothing_is_held_where_that_is_switched_off(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 0, json => json["lifecycleSafety"]!["enabled"] = false);
        await bridge.WantAsync(Suspend);
        Assert.Equal(["(l1.x)", "(l2.x)", "(l3.x)", "w4.x", "w5.x"], bridge.AtTarget());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task First_policy_of_a_database_is_in_force_at_once(DatabaseKind kind)
    {
        await using var bridge = await PolicyBridge.StartAsync(kind, atLeast: 0, Suspend);
        var book = await bridge.BookAsync();
        Assert.Equal((null, false), (book!.Wanted, book.IsOpen));
        Assert.Contains("suspend", book.InForce, StringComparison.Ordinal);
        Assert.Empty(await bridge.HoldsAsync(state: null));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Policy_in_force_that_cannot_be_read_any_more_is_as_that_of_the_configuration(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 0);
        await bridge.Bridge.Database.WriteAsync(
            s => s.ExecuteAsync("""UPDATE rule_book SET in_force = '{"retired":{}}' WHERE name = 'lifecycle'""", CancellationToken.None), CancellationToken.None);
        await bridge.Bridge.ImportAsync([.. People(), Row("6", "L6", "X", status: "L")]);
        Assert.Equal(["l1.x", "l2.x", "l3.x", "l6.x", "w4.x", "w5.x"], bridge.AtTarget());
    }

    [Fact]
    public void Text_of_a_policy_does_not_depend_on_the_order_of_its_keys()
    {
        var one = ConfiguredLifecycle.Text(new LifecycleOptions
        {
            Leave = new LeaveOptions { ByType = { ["military"] = Provisioning.Lifecycle.LeaveAction.Keep, ["medical"] = Provisioning.Lifecycle.LeaveAction.Suspend } },
        });
        var other = ConfiguredLifecycle.Text(new LifecycleOptions
        {
            Leave = new LeaveOptions { ByType = { ["medical"] = Provisioning.Lifecycle.LeaveAction.Suspend, ["military"] = Provisioning.Lifecycle.LeaveAction.Keep } },
        });
        Assert.Equal(one, other);
        Assert.NotEqual(one, ConfiguredLifecycle.Text(new LifecycleOptions()));
        Assert.NotNull(ConfiguredLifecycle.Read(one));
        Assert.Null(ConfiguredLifecycle.Read("""{ "leave": { "default": "party" } }"""));
    }

    private static async Task<PolicyBridge> StartAsync(DatabaseKind kind, int atLeast, Action<JsonObject>? adjust = null)
    {
        var bridge = await PolicyBridge.StartAsync(kind, atLeast, Keep, adjust);
        await bridge.Bridge.ImportAsync(People());
        Assert.Equal(["l1.x", "l2.x", "l3.x", "w4.x", "w5.x"], bridge.AtTarget());
        return bridge;
    }

    // Three are on leave, two at work.
    private static string[] People() =>
    [
        .. Enumerable.Range(1, 3).Select(i => Row($"{i}", $"L{i}", "X", status: "L")), .. Enumerable.Range(4, 2).Select(i => Row($"{i}", $"W{i}", "X")),
    ];

    private static string Joiner(int days) => $$"""{ "joiner": { "prepareDays": {{days}} }, "mover": {}, "leaver": {} }""";

    private static string DeletedAfter(int days) => $$"""{ "leaver": { "deleteAfterDays": {{days}} } }""";

    private static (string, string, string, string) Single(List<HeldDecision> preview)
    {
        var only = Assert.Single(preview);
        return (only.WorkerId, only.Effects, only.RuleBefore, only.Rule);
    }

    private static async Task<string> FileAsync(TestBridge bridge, params string[] rows)
    {
        var path = bridge.NewFile();
        await File.WriteAllLinesAsync(path, [Header, .. rows]);
        return path;
    }

    private static Task<StoredPlan> PlanAsync(TestBridge bridge, PlanRequest request) =>
        bridge.Get<WhatIf>().MakeAsync(request, "test", CancellationToken.None);
}
