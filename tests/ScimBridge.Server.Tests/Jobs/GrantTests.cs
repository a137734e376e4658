using System.Text.Json.Nodes;
using ScimBridge.Fixtures;

namespace ScimBridge.Server.Tests.Jobs;

/// <summary>Roles and entitlements by rule, from the configuration to the account.</summary>
public sealed class GrantTests
{
    private const string Name = "anna.berg@corp.example";

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
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg"), TestBridge.Row("2", "Bo", "Dahl"));
        var calls = bridge.Corp.Calls.Total;
        await bridge.RestartAsync(_ => { });
        await bridge.SettleAsync();
        Assert.Equal(calls, bridge.Corp.Calls.Total);

        await bridge.RestartAsync(json => json["roles"]!["seller"]!["where"] = "department eq \"Sales\" and userName sw \"bo\"");
        await bridge.SettleAsync();
        Assert.Equal("", Values(bridge, "roles"));
        Assert.Equal("seller", Values(bridge, "roles", "bo.dahl@corp.example"));
        Assert.Equal(calls + 1, bridge.Corp.Calls.Total);

        await bridge.RestartAsync(json => json["roles"] = new JsonObject());
        await bridge.SettleAsync();
        Assert.Equal("", Values(bridge, "roles", "bo.dahl@corp.example"));
    }

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
