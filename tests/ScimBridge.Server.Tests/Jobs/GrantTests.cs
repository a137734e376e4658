using System.Net;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Hris;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Jobs;

/// <summary>Roles and entitlements by rule, from the configuration to the account.</summary>
public sealed class GrantTests
{
    private const string Name = "anna.berg@corp.example";
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Mover_loses_and_gains_and_who_leaves_has_nothing(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, Configure);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", start: "2026-02-20"));
        Assert.Equal(("seller newcomer", "seat"), (Values(bridge, "roles"), Values(bridge, "entitlements")));

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", start: "2026-02-20", department: "Legal"));
        Assert.Equal(("newcomer", ""), (Values(bridge, "roles"), Values(bridge, "entitlements")));

        // No record says so: a month is over.
        bridge.Time.Advance(TimeSpan.FromDays(40));
        await bridge.SettleAsync();
        Assert.Equal("", Values(bridge, "roles"));

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", start: "2026-02-20"));
        Assert.Equal("seller", Values(bridge, "roles"));
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", start: "2026-02-20", status: "L"));
        Assert.Equal(("", ""), (Values(bridge, "roles"), Values(bridge, "entitlements")));
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", start: "2026-02-20"));
        Assert.Equal(("seller", "seat"), (Values(bridge, "roles"), Values(bridge, "entitlements")));
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", start: "2026-02-20", status: "T"));
        Assert.Equal(("", ""), (Values(bridge, "roles"), Values(bridge, "entitlements")));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Changed_rules_are_carried_to_everybody_and_the_same_ones_to_nobody(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, Configure);
        await EvaluateAsync(bridge);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg"), TestBridge.Row("2", "Bo", "Dahl"));
        var calls = bridge.Corp.Calls.Total;
        await RestartAsync(bridge, _ => { });
        Assert.Equal(calls, bridge.Corp.Calls.Total);

        await RestartAsync(bridge, json => json["roles"]!["seller"]!["where"] = "department eq \"Sales\" and userName sw \"bo\"");
        Assert.Equal("", Values(bridge, "roles"));
        Assert.Equal("seller", Values(bridge, "roles", "bo.dahl@corp.example"));
        Assert.Equal(calls + 1, bridge.Corp.Calls.Total);

        await RestartAsync(bridge, json => json["roles"] = new JsonObject());
        Assert.Equal("", Values(bridge, "roles", "bo.dahl@corp.example"));
        Assert.Empty(await HoldsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Rules_that_take_from_too_many_are_held_with_a_preview_and_those_in_force_decide_meanwhile(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json =>
        {
            Configure(json);
            json["groupSafety"] = new JsonObject { ["atLeast"] = 1, ["percent"] = 0 };
        });
        await EvaluateAsync(bridge);
        string[] people = [TestBridge.Row("1", "Anna", "Berg"), TestBridge.Row("2", "Bo", "Dahl"), TestBridge.Row("3", "Ida", "Lund", department: "Legal")];
        await bridge.ImportAsync(people);

        // One gives more and takes nothing, one takes from two.
        await RestartAsync(bridge, json => json["roles"]!["lawyer"] = new JsonObject { ["where"] = "department eq \"Legal\"" });
        Assert.Equal("lawyer", Values(bridge, "roles", "ida.lund@corp.example"));
        await RestartAsync(bridge, json => json["entitlements"] = new JsonObject());

        var hold = Assert.Single(await HoldsAsync(bridge));
        Assert.Equal((GrantTrial.Kind, 2L), (hold.Kind, hold.Records));
        var reasons = JsonNode.Parse(hold.Reasons)!.AsArray();
        Assert.Equal(("grants", 2, 1, 3), ((string)reasons[0]!["effect"]!, (int)reasons[0]!["count"]!, (int)reasons[0]!["limit"]!, (int)reasons[0]!["population"]!));
        Assert.Equal("""{"attribute":"entitlements","value":"seat","count":2}""", reasons[1]!.ToJsonString());
        Assert.Equal(
            [("hr", "1", "entitlements", "seat"), ("hr", "2", "entitlements", "seat")],
            (await bridge.Database.ReadAsync(s => RuleBookStore.PreviewedGrantsAsync(s, hold.Id, 0, 100, None), None)).Select(l => (l.Source, l.WorkerId, l.Attribute, l.Value)));
        // Who comes meanwhile is decided by the rules in force.
        await bridge.ImportAsync([.. people, TestBridge.Row("4", "Ulf", "Krog")]);
        Assert.Equal(("seat", "seat"), (Values(bridge, "entitlements"), Values(bridge, "entitlements", "ulf.krog@corp.example")));

        Assert.True(await bridge.Get<HoldDecisions>().DecideRulesAsync(hold, approve: true, "client:chief", None));
        await bridge.RunAsync(DrainKind.EvaluateRules, RuleBookStore.Grants);
        await bridge.SettleAsync();
        Assert.Equal(("", ""), (Values(bridge, "entitlements"), Values(bridge, "entitlements", "ulf.krog@corp.example")));
        Assert.Equal(["grants.inForce", "grants.approved", "grants.inForce"], await bridge.Database.ReadAsync(
            s => s.QueryAsync("SELECT kind FROM journal WHERE subject = 'grants' ORDER BY seq", r => r.GetString(0), None), None));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Rules_that_were_rejected_are_held_again_by_the_next_start_and_those_of_before_go_on(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json =>
        {
            Configure(json);
            json["groupSafety"] = new JsonObject { ["atLeast"] = 0, ["percent"] = 0 };
        });
        await EvaluateAsync(bridge);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg"));
        await RestartAsync(bridge, json => json["roles"] = new JsonObject());
        var hold = Assert.Single(await HoldsAsync(bridge));

        Assert.True(await bridge.Get<HoldDecisions>().DecideRulesAsync(hold, approve: false, "client:chief", None));
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", title: "Head"));
        Assert.Equal("seller", Values(bridge, "roles"));
        await RestartAsync(bridge, _ => { });
        Assert.NotEqual(hold.Id, Assert.Single(await HoldsAsync(bridge)).Id);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Held_rules_are_shown_with_their_preview_and_approved_over_HTTP(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind, all: json =>
        {
            json["roles"] = new JsonObject { ["seller"] = new JsonObject { ["where"] = "department eq \"Sales\"" } };
            json["groupSafety"] = new JsonObject { ["atLeast"] = 0, ["percent"] = 0 };
        });
        await bridge.PushAsync(HrisBridge.Worker("1", more: ("department", "Sales")));
        Assert.Equal("seller", (string)(await bridge.UserAsync("1"))!["roles"]![0]!["value"]!);
        await bridge.Database.WriteAsync(s => RuleBookStore.WantAsync(s, RuleBookStore.Grants, """{"roles":{}}""", marksFirst: true, None), None);
        JsonArray? holds = null;
        for (var i = 0; i < 500 && holds is not { Count: > 0 }; i++)
        {
            bridge.Get<IAlarm>().Wake(new DrainKey(DrainKind.EvaluateRules, RuleBookStore.Grants));
            await Task.Delay(20);
            holds = (await bridge.AdminAsync("GET", "/admin/v1/holds?state=open")).Is(HttpStatusCode.OK).Body!["holds"]!.AsArray();
        }

        var hold = Assert.Single(holds!)!;
        var path = $"/admin/v1/holds/{hold["id"]}";
        var item = Assert.Single((await bridge.AdminAsync("GET", path)).Is(HttpStatusCode.OK).Body!["items"]!.AsArray())!;
        Assert.Equal("""{"source":"people","workerId":"1","attribute":"roles","value":"seller"}""", item.ToJsonString());
        (await bridge.AdminAsync("POST", path + "/approve", """{ "items": ["1"] }""")).Is(HttpStatusCode.BadRequest);
        (await bridge.AdminAsync("POST", path + "/rollback")).Is(HttpStatusCode.Conflict);
        Assert.Equal("decided", (string)(await bridge.AdminAsync("POST", path + "/approve")).Is(HttpStatusCode.OK).Body!["state"]!);
        for (var i = 0; i < 500 && (await bridge.UserAsync("1"))!.ContainsKey("roles"); i++)
            await Task.Delay(20);
        Assert.False((await bridge.UserAsync("1"))!.ContainsKey("roles"));
    }

    [Fact]
    public void What_is_in_force_and_cannot_be_read_any_more_takes_nothing_but_from_leavers()
    {
        var rules = ConfiguredGrants.Read(
            """{ "roles": { "seller": { "where": "department eq \"Sales\"" }, "badge": { "where": "badgeColour eq \"red\"" } }, "entitlements": {} }""",
            SchemaCatalog.Default);

        Assert.Equal(["roles"], rules.Unreadable);
        Assert.Equal(["entitlements"], rules.Attributes);
        Assert.Empty(rules.Rules);
    }

    private static async Task RestartAsync(TestBridge bridge, Action<JsonObject> adjust)
    {
        await bridge.RestartAsync(adjust);
        await EvaluateAsync(bridge);
    }

    // What a node does when it starts.
    private static async Task EvaluateAsync(TestBridge bridge)
    {
        await bridge.Get<GrantBook>().WantAsync(bridge.Get<IClock>().GetCurrentInstant(), None);
        await bridge.RunAsync(DrainKind.EvaluateRules, RuleBookStore.Grants);
        await bridge.SettleAsync();
    }

    private static Task<List<Hold>> HoldsAsync(TestBridge bridge) => bridge.Database.ReadAsync(s => HoldStore.ListAsync(s, "", "open", null, 100, None), None);

    private static void Configure(JsonObject json)
    {
        TestBridge.Unheld(json);
        json["lifecycle"]!["leave"] = new JsonObject { ["default"] = "suspendPrivileged" };
        json["roles"] = new JsonObject
        {
            ["seller"] = new JsonObject { ["where"] = "department eq \"Sales\"", ["privileged"] = true },
            ["newcomer"] = new JsonObject { ["where"] = "userName pr", ["untilDays"] = 30 },
        };
        json["entitlements"] = new JsonObject
        {
            ["crm"] = new JsonObject { ["value"] = "seat", ["display"] = "A seat", ["where"] = "department eq \"Sales\"", ["privileged"] = true },
        };
    }

    private static string Values(TestBridge bridge, string attribute, string userName = Name) => string.Join(
        ' ', (JsonNode.Parse(bridge.Corp.FindUser(userName)!.Json)![attribute] as JsonArray ?? []).Select(e => (string)e!["value"]!));
}
