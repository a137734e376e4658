using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Hris;
using ScimBridge.Storage.Stores;
using static ScimBridge.Server.Tests.Hris.HrisBridge;

namespace ScimBridge.Server.Tests.Lifecycle;

/// <summary>A policy that is held, as whoever decides about it sees it over HTTP.</summary>
public sealed class HeldPolicyApiTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Held_policy_is_listed_shown_and_approved_as_a_whole(DatabaseKind kind)
    {
        await using var bridge = await HrisBridge.StartAsync(kind, all: json =>
        {
            json["lifecycle"] = JsonNode.Parse("""{ "leave": { "default": "keep" } }""");
            json["lifecycleSafety"] = new JsonObject { ["atLeast"] = 0, ["percent"] = 0 };
        });
        await bridge.PushAsync(new JsonArray(
            Worker("1", more: [("status", "onLeave"), ("leaveStart", "2026-02-01")]), Worker("2", "Bo", "Berg")));
        Assert.True((bool)(await bridge.UserAsync("1"))!["active"]!);

        var hold = await WantAsync(bridge);

        Assert.Equal("policy", (string)hold["kind"]!);
        Assert.Null(hold["source"]);
        var path = $"/admin/v1/holds/{hold["id"]}";
        var item = Assert.Single((await bridge.AdminAsync("GET", path)).Is(HttpStatusCode.OK).Body!["items"]!.AsArray())!;
        Assert.Equal(
            """{"source":"people","workerId":"1","effects":["disables"],"ruleBefore":"leave","rule":"leave"}""", item.ToJsonString());

        (await bridge.AdminAsync("POST", path + "/approve", """{ "items": ["1"] }""")).Is(HttpStatusCode.BadRequest);
        Assert.True((bool)(await bridge.UserAsync("1"))!["active"]!);
        Assert.Equal("decided", (string)(await bridge.AdminAsync("POST", path + "/approve")).Is(HttpStatusCode.OK).Body!["state"]!);
        (await bridge.AdminAsync("POST", path + "/reject")).Is(HttpStatusCode.Conflict);
        for (var i = 0; i < 500 && (bool)(await bridge.UserAsync("1"))!["active"]!; i++)
            await Task.Delay(20);
        Assert.False((bool)(await bridge.UserAsync("1"))!["active"]!);
        Assert.True((bool)(await bridge.UserAsync("2"))!["active"]!);
    }

    // As a node does that starts with another configuration.
    private static async Task<JsonNode> WantAsync(HrisBridge bridge)
    {
        var wanted = ConfiguredLifecycle.Text(new LifecycleOptions { Leave = new LeaveOptions { Default = Provisioning.Lifecycle.LeaveAction.Suspend } });
        await bridge.Database.WriteAsync(
            s => RuleBookStore.WantAsync(s, RuleBookStore.Lifecycle, wanted, marksFirst: false, CancellationToken.None), CancellationToken.None);
        JsonArray? holds = null;
        for (var i = 0; i < 500 && holds is not { Count: > 0 }; i++)
        {
            bridge.Get<IAlarm>().Wake(new DrainKey(DrainKind.EvaluateRules, RuleBookStore.Lifecycle));
            await Task.Delay(20);
            holds = (await bridge.AdminAsync("GET", "/admin/v1/holds?state=open")).Is(HttpStatusCode.OK).Body!["holds"]!.AsArray();
        }

        return Assert.Single(holds!)!;
    }
}
