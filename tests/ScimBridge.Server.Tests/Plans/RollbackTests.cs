using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Plans;

/// <summary>A bad batch, or a wrong approval, is taken back: everybody is as before, and what others said meanwhile is kept.</summary>
public sealed class RollbackTests
{
    private const int People = 100;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] Families = ["Holt", "Dahl", "Kim", "Brown", "Sharma"];

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Forty_who_left_and_thirty_who_moved_are_at_the_target_as_they_were(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, TestBridge.Unheld);
        string[] rows = [.. Enumerable.Range(1, People).Select(i => Row(i))];
        await bridge.ImportAsync(rows);
        await bridge.SettleInTimeAsync();
        var group = await GroupAsync(bridge, "1", "45", "80");
        var before = await LookAsync(bridge);

        var bad = await bridge.ImportAsync([.. Enumerable.Range(1, People).Select(i => i <= 40 ? Row(i, status: "T") : i <= 70 ? Row(i, department: "Finance") : rows[i - 1])]);
        await bridge.SettleInTimeAsync();
        await bridge.RunAsync(DrainKind.Enforce, "corp");
        Assert.Equal(60, bridge.Corp.Users().Count(u => u.Active));
        Assert.Equal(30, bridge.Corp.FindGroup("Finance")!.Members.Count);
        Assert.Equal(2, bridge.Corp.FindGroup("Given by hand")!.Members.Count);

        await bridge.RollBackAsync(bad);
        await bridge.SettleInTimeAsync();

        var after = await LookAsync(bridge);
        Assert.All(before.Users, u => Assert.True(JsonNode.DeepEquals(u.Value, after.Users[u.Key]), $"{u.Value} became {after.Users[u.Key]}"));
        Assert.Equal(before.Members, after.Members);
        Assert.Equal(before.AtTarget, after.AtTarget);
        // What ended by itself at a known time still does.
        var restored = await bridge.Database.ReadAsync(s => MembershipStore.FindAsync(s, group, before.Ids["1"], None), None);
        Assert.Equal((true, Until), (restored!.Value.ByHand, restored.Value.Until));
        var cases = await bridge.Database.ReadAsync(s => RevocationStore.ListAsync(s, null, null, 100, None), None);
        Assert.Equal((40, true), (cases.Count, cases.TrueForAll(c => c.State == "returned")));
        var noted = await bridge.Database.ReadAsync(
            s => s.FirstAsync("SELECT data FROM journal WHERE kind = 'batch.rolledBack'", r => r.GetString(0), None), None);
        var data = JsonNode.Parse(noted!)!;
        Assert.Equal((70, 1), ((int)data["records"]!, (int)data["memberships"]!));
        // What it brought is news when it comes again.
        Assert.Equal(70, (await bridge.ImportAsync([.. Enumerable.Range(1, People).Select(i => i <= 40 ? Row(i, status: "T") : i <= 70 ? Row(i, department: "Finance") : rows[i - 1])])).Counts.Changed);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_another_batch_and_a_hand_said_meanwhile_is_kept(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, TestBridge.Unheld);
        string[] rows = [.. Enumerable.Range(1, 10).Select(i => Row(i))];
        await bridge.ImportAsync(rows);
        await bridge.SettleInTimeAsync();
        var group = await GroupAsync(bridge, "1", "2");
        var bad = await bridge.ImportAsync([.. Enumerable.Range(1, 10).Select(i => i <= 3 ? Row(i, status: "T") : Row(i, department: "Finance"))]);
        // One of those who left has really left, one who moved has another title; and somebody has given and taken back a membership.
        await bridge.ImportAsync([.. Enumerable.Range(1, 10).Select(i =>
            i == 3 ? Row(i, status: "T", lastDay: "2026-03-01") : i < 3 ? Row(i, status: "T") : i == 9 ? Row(i, department: "Finance", title: "Lead") : Row(i, department: "Finance"))]);
        await bridge.SettleInTimeAsync();
        var second = await UserAsync(bridge, "2");
        await ChangeAsync(bridge, new MembershipWrite(group, second, Joins: true, ByRule: false, Lane.Change));
        await ChangeAsync(bridge, new MembershipWrite(group, second, Joins: false, ByRule: false, Lane.Change));

        await bridge.RollBackAsync(bad);
        await bridge.SettleInTimeAsync();

        var users = (await LookAsync(bridge)).Users;
        Assert.True((bool)users["1"]["active"]!);
        Assert.False((bool)users["3"]["active"]!);
        Assert.Equal("Lead", (string?)users["9"]["title"]);
        var member = Assert.Single(await bridge.Database.ReadAsync(s => MembershipStore.AllAsync(s, group, None), None));
        Assert.Equal(await UserAsync(bridge, "1"), member.MemberId);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Wrong_approval_is_taken_back_and_the_rest_of_its_batch_stays(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync([.. Enumerable.Range(1, 30).Select(i => Row(i))]);
        await bridge.SettleInTimeAsync();
        var batch = await bridge.ImportAsync([.. Enumerable.Range(1, 30).Select(i => i <= 15 ? Row(i, status: "T") : Row(i, title: "Lead"))]);
        Assert.Equal((15, 15), (batch.Counts.Held, batch.Counts.Changed));
        var hold = Assert.Single(await bridge.Database.ReadAsync(s => HoldStore.ListAsync(s, "hr", "open", null, 10, None), None));
        await bridge.Get<HoldDecisions>().DecideAsync(hold, only: null, approve: true, "client:chief", None);
        await bridge.RunAsync(DrainKind.DecideWorkers, "hr");
        Assert.Equal(15, (await LookAsync(bridge)).Users.Values.Count(u => (bool)u["active"]!));

        await bridge.RollBackAsync(hold);
        await bridge.RunAsync(DrainKind.DecideWorkers, "hr");

        var users = (await LookAsync(bridge)).Users;
        Assert.All(users.Values, u => Assert.True((bool)u["active"]!));
        Assert.Equal(15, users.Values.Count(u => (string?)u["title"] == "Lead"));
        var events = await bridge.Database.ReadAsync(s => s.QueryAsync("SELECT type FROM lifecycle_event", r => r.GetString(0), None), None);
        Assert.Equal((15, 15), (events.Count(e => e == "worker.terminationEffective"), events.Count(e => e == "worker.terminationCancelled")));
    }

    [Fact]
    public async Task What_has_changed_since_it_was_shown_is_not_rolled_back_unseen()
    {
        await using var bridge = await TestBridge.StartAsync(DatabaseKind.Sqlite, TestBridge.Unheld);
        await bridge.ImportAsync(Row(1), Row(2));
        var bad = await bridge.ImportAsync(Row(1, status: "T"), Row(2));
        var plan = await bridge.Get<WhatIf>().MakeAsync(new PlanRequest { Rollback = new Rollback("hr", bad.Id, HoldId: null) }, "client:chief", None);
        await bridge.ImportAsync(Row(1, status: "T", title: "Lead"), Row(2));

        var refused = Assert.IsType<PlanOutcome.Refused>(await bridge.Get<PlanExecution>().ExecuteAsync(plan, file: null, "client:chief", None));

        Assert.NotEmpty(refused.Differences);
        Assert.Null((await bridge.Database.ReadAsync(s => BatchStore.FindAsync(s, bad.Id, None), None))!.RolledBackAt);
    }

    private static long Until => Instant.FromUtc(2027, 1, 1, 0, 0).ToMicroseconds();

    private static string Row(int id, string status = "A", string department = "Sales", string title = "Engineer", string lastDay = "") => TestBridge.Row(
        $"{id}", $"Given{id}", Families[id % Families.Length], status, title: title, department: department, lastDay: lastDay, manager: id > 1 ? "1" : "");

    private static async Task<string> UserAsync(TestBridge bridge, string worker) => (await bridge.Database.ReadAsync(
        s => s.FirstAsync("SELECT resource_id FROM worker WHERE worker_id = @id", r => r.GetString(0), None, ("id", worker)), None))!;

    // A group that hands fill; what the first is given ends by itself.
    private static async Task<string> GroupAsync(TestBridge bridge, params string[] workers)
    {
        var id = ResourceId.New(bridge.Get<IClock>().GetCurrentInstant());
        var body = new JsonObject { ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Group"), ["displayName"] = "Given by hand" };
        await ChangeAsync(bridge, ResourceWriter.Create(SchemaCatalog.Default.Group, id, body, "client:tester", Lane.Change));
        foreach (var worker in workers)
        {
            await ChangeAsync(bridge, new MembershipWrite(id, await UserAsync(bridge, worker), Joins: true, ByRule: false, Lane.Change)
            {
                Until = worker == "1" ? Until : null,
            });
        }

        await bridge.SettleInTimeAsync();
        return id;
    }

    private static Task ChangeAsync(TestBridge bridge, ResourceWrite write) => ChangeAsync(bridge, c => c.Resources.Add(write));

    private static Task ChangeAsync(TestBridge bridge, MembershipWrite write) => ChangeAsync(bridge, c => c.Memberships.Add(write));

    private static Task ChangeAsync(TestBridge bridge, Action<Changes> add)
    {
        var changes = new Changes(bridge.Get<IClock>().GetCurrentInstant(), "client:tester", "test", ["corp"]);
        add(changes);
        return bridge.Database.WriteAsync(s => Commit.WriteAsync(s, changes, None), None);
    }

    private static async Task<Company> LookAsync(TestBridge bridge)
    {
        var rows = await bridge.Database.ReadAsync(
            s => s.QueryAsync(
                "SELECT w.worker_id, r.id, r.body FROM worker w JOIN resource r ON r.id = w.resource_id", r => (r.GetString(0), r.GetString(1), r.GetString(2)), None), None);
        var members = await bridge.Database.ReadAsync(
            s => s.QueryAsync("SELECT group_id, member_id, by_rule, by_hand FROM membership", r => $"{r.GetString(0)} {r.GetString(1)} {r.GetBoolean(2)} {r.GetBoolean(3)}", None), None);
        return new Company(
            rows.ToDictionary(r => r.Item1, r => r.Item2, StringComparer.Ordinal),
            rows.ToDictionary(r => r.Item1, r => JsonNode.Parse(r.Item3)!.AsObject(), StringComparer.Ordinal),
            [.. members.Order(StringComparer.Ordinal)],
            [
                .. bridge.Corp.Users().Select(u => $"{u.UserName} {u.Active}")
                    .Concat(bridge.Corp.Groups().Where(g => g.Members.Count > 0).Select(g => $"{g.DisplayName}: {string.Join(' ', g.Members.Order(StringComparer.Ordinal))}"))
                    .Order(StringComparer.Ordinal),
            ]);
    }

    private sealed record Company(Dictionary<string, string> Ids, Dictionary<string, JsonObject> Users, List<string> Members, List<string> AtTarget);
}
