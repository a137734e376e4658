using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Lifecycle;

/// <summary>The end of an account by policy, through to the target, on both databases.</summary>
public sealed class DeletionTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Account_of_a_leaver_is_deleted_by_itself_and_a_rehire_gets_a_new_one(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, DeletedAfter(30));
        await bridge.ImportAsync(
            TestBridge.Row("1", "Anna", "Jensen", lastDay: "2026-03-01"), TestBridge.Row("2", "Bo", "Dahl"), TestBridge.Row("3", "Cy", "Ek", manager: "2"));
        await bridge.ImportAsync(TestBridge.Row("2", "Bo", "Dahl", lastDay: "2026-03-10"));
        Assert.NotNull(bridge.Corp.FindUser("bo.dahl@corp.example"));

        await AtAsync(bridge, "2026-03-10T23:00:00Z");
        Assert.False(bridge.Corp.FindUser("bo.dahl@corp.example")!.Active);
        Assert.NotNull(Json(bridge, "cy.ek@corp.example")[Enterprise]!["manager"]);
        Assert.Equal(("leaver", Micros("2026-04-09T23:00:00Z")), await DecisionAsync(bridge, "2"));

        await AtAsync(bridge, "2026-04-09T22:59:00Z");
        Assert.NotNull(bridge.Corp.FindUser("bo.dahl@corp.example"));
        await AtAsync(bridge, "2026-04-09T23:00:00Z");
        Assert.Null(bridge.Corp.FindUser("bo.dahl@corp.example"));
        Assert.Equal(("deletion", null), await DecisionAsync(bridge, "2"));
        // Who named them as manager names nobody who is no more.
        Assert.Null(Json(bridge, "cy.ek@corp.example")[Enterprise]?["manager"]);
        Assert.Equal(1, await bridge.Database.ReadAsync(s => ResourceStore.CountAsync(s, "User", CancellationToken.None), CancellationToken.None));
        Assert.Equal(new DueCount(0, 0), await bridge.DueAsync());

        await bridge.ImportAsync(TestBridge.Row("2", "Bo", "Dahl", start: "2026-04-10", department: "Finance"));
        Assert.True(bridge.Corp.FindUser("bo.dahl@corp.example")!.Active);
        Assert.Equal(["bo.dahl@corp.example"], bridge.Corp.FindGroup("Finance")!.Members);
        Assert.Equal(["cy.ek@corp.example"], bridge.Corp.FindGroup("Sales")!.Members);
        await bridge.SettleInTimeAsync();
        Assert.NotNull(Json(bridge, "cy.ek@corp.example")[Enterprise]!["manager"]);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Rehire_before_the_day_cancels_the_deletion_and_keeps_the_account(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, DeletedAfter(30));
        await bridge.ImportAsync(TestBridge.Row("2", "Bo", "Dahl"));
        await bridge.ImportAsync(TestBridge.Row("2", "Bo", "Dahl", lastDay: "2026-03-10"));
        await AtAsync(bridge, "2026-03-20T12:00:00Z");
        var account = bridge.Corp.FindUser("bo.dahl@corp.example")!.Id;

        await bridge.ImportAsync(TestBridge.Row("2", "Bo", "Dahl", status: "P", start: "2026-06-01", department: "Finance"));

        Assert.Equal(("leaver", null), await DecisionAsync(bridge, "2"));
        await AtAsync(bridge, "2026-05-31T22:00:00Z");
        Assert.Equal((account, true), (bridge.Corp.FindUser("bo.dahl@corp.example")!.Id, bridge.Corp.FindUser("bo.dahl@corp.example")!.Active));
        Assert.Equal(["bo.dahl@corp.example"], bridge.Corp.FindGroup("Finance")!.Members);
    }

    private static Action<JsonObject> DeletedAfter(int days) => json =>
    {
        TestBridge.Unheld(json);
        json["lifecycle"] = new JsonObject { ["leaver"] = new JsonObject { ["deleteAfterDays"] = days } };
    };

    private static async Task<(string?, long?)> DecisionAsync(TestBridge bridge, string worker)
    {
        var decision = await bridge.Database.ReadAsync(s => WorkerStore.LastDecisionAsync(s, "hr", worker, CancellationToken.None), CancellationToken.None);
        return (decision!.Rule, decision.DeleteAt);
    }

    private static JsonNode Json(TestBridge bridge, string userName) => JsonNode.Parse(bridge.Corp.FindUser(userName)!.Json)!;

    private static long Micros(string at) => NodaTime.Text.InstantPattern.ExtendedIso.Parse(at).GetValueOrThrow().ToMicroseconds();

    // Lets time pass, and what falls due on the way be decided when it does.
    private static async Task AtAsync(TestBridge bridge, string at)
    {
        var to = NodaTime.Text.InstantPattern.ExtendedIso.Parse(at).GetValueOrThrow();
        while (await bridge.RunAsync(DrainKind.DecideWorkers, "hr") is { } next && next <= to)
            await PutAsync(next);
        await PutAsync(to);

        async Task PutAsync(Instant now)
        {
            var wait = now.ToDateTimeOffset() - bridge.Time.GetUtcNow();
            if (wait > TimeSpan.Zero)
                bridge.Time.Advance(wait);
            await bridge.SettleAsync();
        }
    }
}
