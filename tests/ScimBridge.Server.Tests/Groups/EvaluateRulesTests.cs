using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;
using static ScimBridge.Server.Tests.TestBridge;

namespace ScimBridge.Server.Tests.Groups;

/// <summary>What becomes of everybody when the rules change.</summary>
public sealed class EvaluateRulesTests
{
    private const string Before = """{ "sales": { "displayName": "Sales", "where": "department eq \"Sales\"" } }""";
    private const string After = """{ "sales": { "displayName": "Sellers", "where": "department eq \"Sales\" and title eq \"Head\"" } }""";

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Changed_rules_are_evaluated_for_everybody_and_the_group_gets_its_new_name(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 10);
        await bridge.HandAsync("3", "Sales", joins: true);

        await bridge.WantAsync(After);

        Assert.Equal(["1 Sellers rule", "3 Sellers hand"], await bridge.MembersAsync());
        Assert.Equal(["Sellers: bo.berg given3.family"], bridge.AtTarget());
        Assert.Empty(await bridge.HoldsAsync(state: null));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Rules_that_take_too_much_are_held_with_a_preview_and_the_old_ones_decide_meanwhile(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 3);
        await bridge.WantAsync(After);

        var hold = Assert.Single(await bridge.HoldsAsync());
        Assert.Equal((GroupTrial.Kind, 5L), (hold.Kind, hold.Records));
        var reason = JsonNode.Parse(hold.Reasons)!.AsArray()[0]!;
        Assert.Equal((5, 3), ((int)reason["count"]!, (int)reason["limit"]!));
        var preview = await bridge.Bridge.Database.ReadAsync(
            s => RuleBookStore.PreviewedAsync(s, hold.Id, 0, 100, CancellationToken.None), CancellationToken.None);
        Assert.Equal(["2", "3", "4", "5", "6"], preview.Select(l => l.WorkerId));
        Assert.Equal(6, (await bridge.MembersAsync()).Count);
        // Nobody who comes meanwhile is decided by rules that are held, and nothing is looked at twice.
        await bridge.Bridge.ImportAsync([.. People(), Row("7", "New", "Hire")]);
        await bridge.EvaluateAsync();
        Assert.Contains("7 Sales rule", await bridge.MembersAsync());
        Assert.Equal(hold.Id, Assert.Single(await bridge.HoldsAsync()).Id);

        Assert.True(await bridge.Bridge.Get<HoldDecisions>().DecideRulesAsync(hold, approve: true, "client:chief", CancellationToken.None));
        await bridge.EvaluateAsync();

        Assert.Equal(["1 Sellers rule"], await bridge.MembersAsync());
        Assert.Equal(["Sellers: bo.berg"], bridge.AtTarget());
        var decided = Assert.Single(await bridge.HoldsAsync(state: null));
        Assert.Equal(("decided", "client:chief"), (decided.State, decided.DecidedBy));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Rules_that_were_rejected_are_held_again_when_a_node_starts_that_wants_them(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 3);
        await bridge.WantAsync(After);
        var first = Assert.Single(await bridge.HoldsAsync());
        Assert.True(await bridge.Bridge.Get<HoldDecisions>().DecideRulesAsync(first, approve: false, "client:chief", CancellationToken.None));
        await bridge.EvaluateAsync();
        Assert.Equal(6, (await bridge.MembersAsync()).Count);
        Assert.Empty(await bridge.HoldsAsync());

        await bridge.WantAsync(After);
        Assert.NotEqual(first.Id, Assert.Single(await bridge.HoldsAsync()).Id);
        Assert.False(await bridge.Bridge.Get<HoldDecisions>().DecideRulesAsync(first, approve: true, "client:chief", CancellationToken.None));
        Assert.Equal(6, (await bridge.MembersAsync()).Count);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Hold_is_over_when_other_rules_are_wanted(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 3);
        await bridge.WantAsync(After);
        // The configuration of the test's own node is what is in force: it is as before.
        await bridge.Bridge.Get<GroupBook>().WantAsync(bridge.Bridge.Get<IClock>().GetCurrentInstant(), CancellationToken.None);
        await bridge.EvaluateAsync();
        Assert.Equal("superseded", Assert.Single(await bridge.HoldsAsync(state: null)).State);
        Assert.Equal(6, (await bridge.MembersAsync()).Count);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_a_move_takes_is_not_counted_as_taken_by_the_rules(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 0);
        await bridge.WantAsync("""{ "sales": { "displayName": "Sales", "where": "department eq \"sales\"" }, "legal": { "displayName": "Legal", "where": "department eq \"Legal\"" } }""");
        Assert.Empty(await bridge.HoldsAsync(state: null));
        await bridge.WantAsync("""{ "sales": { "displayName": "Sales", "where": "department eq \"Sales\" and title ne \"Head\"" } }""");
        Assert.Single(await bridge.HoldsAsync());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Evaluation_that_was_cut_off_goes_on_where_it_was(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 10);
        // As a process leaves it that died when it had made worker 3 due, and nobody was decided.
        await bridge.Bridge.Database.WriteAsync(
            async s =>
            {
                await RuleBookStore.WantAsync(s, RuleBookStore.Groups, ConfiguredGroups.Text(new Dictionary<string, GroupOptions>
                {
                    ["sales"] = new() { DisplayName = "Sales", Where = "title eq \"Head\"" },
                }), marksFirst: true, CancellationToken.None);
                var book = await RuleBookStore.FindAsync(s, RuleBookStore.Groups, CancellationToken.None);
                await RuleBookStore.PutInForceAsync(s, RuleBookStore.Groups, book!.Wanted!, CancellationToken.None);
                var last = await WorkerStore.MarkAfterAsync(s, ("", -1), 1, limit: 3, CancellationToken.None);
                Assert.Equal(("hr", 2L), last);
                await RuleBookStore.MarkedAsync(s, RuleBookStore.Groups, last, CancellationToken.None);
            },
            CancellationToken.None);

        await bridge.Bridge.SettleAsync();
        Assert.Equal(["1 Sales rule", "4 Sales rule", "5 Sales rule", "6 Sales rule"], await bridge.MembersAsync());
        await bridge.EvaluateAsync();
        Assert.Equal(["1 Sales rule"], await bridge.MembersAsync());
        Assert.False((await bridge.Bridge.Database.ReadAsync(s => RuleBookStore.FindAsync(s, RuleBookStore.Groups, CancellationToken.None), CancellationToken.None))!.IsOpen);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Rule_in_force_that_cannot_be_read_any_more_keeps_whom_it_has(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, atLeast: 0);
        await bridge.Bridge.Database.WriteAsync(
            s => s.ExecuteAsync(
                """UPDATE rule_book SET in_force = '{"sales":{"displayName":"Sales","where":"urn:gone:User:shoeSize eq \"44\""}}'""", CancellationToken.None),
            CancellationToken.None);

        await bridge.Bridge.ImportAsync([.. People().Select(r => r.Replace("Sales", "Legal", StringComparison.Ordinal)), Row("7", "New", "Hire")]);
        Assert.Equal(["1", "2", "3", "4", "5", "6"], (await bridge.MembersAsync()).Select(m => m.Split(' ')[0]));
        // Who leaves loses it all the same: that is policy's, and no rule's.
        await bridge.Bridge.ImportAsync(Row("6", "Given6", "Family", status: "T", lastDay: "2026-03-01"));
        Assert.Equal(["1", "2", "3", "4", "5"], (await bridge.MembersAsync()).Select(m => m.Split(' ')[0]));
    }

    private static async Task<GroupBridge> StartAsync(DatabaseKind kind, int atLeast)
    {
        var bridge = await GroupBridge.StartAsync(
            kind, Before, json => json["groupSafety"] = new JsonObject { ["atLeast"] = atLeast, ["percent"] = 0 });
        await bridge.Bridge.ImportAsync(People());
        Assert.Equal(6, (await bridge.MembersAsync()).Count);
        return bridge;
    }

    private static string[] People() =>
        [Row("1", "Bo", "Berg", title: "Head"), .. Enumerable.Range(2, 5).Select(i => Row($"{i}", $"Given{i}", "Family"))];
}
