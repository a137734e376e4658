using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Jobs;

/// <summary>The door of a target, what is read back before it is believed, and a target that is away, on both databases.</summary>
public sealed class DoorTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task More_leavers_than_the_guard_lets_pass_wait_while_the_rest_flows(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json => Guard(json, disables: 3));
        await bridge.ImportAsync(Rows(20));

        await bridge.ImportAsync([.. Rows(20, leavers: 5), TestBridge.Row("99", "New", "Comer")]);

        Assert.Equal(21, bridge.Corp.Users().Count(u => u.Active));
        var hold = Assert.Single(await HoldsAsync(bridge));
        Assert.Equal(("target:corp", "guard", "open", 5), (hold.Source, hold.Kind, hold.State, hold.Records));
        Assert.Equal(3, (int)JsonNode.Parse(hold.Reasons)!["disable"]!["limit"]!);

        // Two of them, then one is refused, then the rest.
        var waiting = (await bridge.Database.ReadAsync(s => DoorStore.OfHoldAsync(s, hold.Id, "", 10, None), None)).ConvertAll(i => i.ResourceId);
        var decisions = bridge.Get<HoldDecisions>();
        Assert.Equal(2, await decisions.DecideAtDoorAsync(hold, waiting.Take(2).ToHashSet(), approve: true, "client:ann", None));
        await bridge.SettleAsync();
        Assert.Equal(19, bridge.Corp.Users().Count(u => u.Active));
        Assert.Equal(1, await decisions.DecideAtDoorAsync(hold, waiting.Skip(2).Take(1).ToHashSet(), approve: false, "client:ann", None));
        Assert.Equal(2, await decisions.DecideAtDoorAsync(hold, only: null, approve: true, "client:ann", None));
        await bridge.SettleAsync();

        Assert.Equal(17, bridge.Corp.Users().Count(u => u.Active));
        Assert.Equal("decided", Assert.Single(await HoldsAsync(bridge)).State);
        Assert.Equal(new DueCount(0, 1), await bridge.DueAsync());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Leavers_below_the_limit_pass_at_once_and_count_over_the_window(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json => Guard(json, disables: 3));
        await bridge.ImportAsync(Rows(20));

        await bridge.ImportAsync(Rows(20, leavers: 2));
        Assert.Equal(18, bridge.Corp.Users().Count(u => u.Active));
        await bridge.ImportAsync(Rows(20, leavers: 4));
        Assert.Equal(18, bridge.Corp.Users().Count(u => u.Active));

        // What passed is long past: but what waits was held, and stays so until somebody decides.
        bridge.Time.Advance(TimeSpan.FromHours(25));
        await bridge.ImportAsync(Rows(20, leavers: 5));
        Assert.Equal(17, bridge.Corp.Users().Count(u => u.Active));
        Assert.Equal("open", Assert.Single(await HoldsAsync(bridge)).State);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Leaver_whose_call_is_tried_again_counts_once(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json => Guard(json, disables: 3));
        await bridge.ImportAsync(Rows(20));
        bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.LostReply, Method = "PATCH", PathContains = "/Users", Next = 6 });

        await bridge.ImportAsync(Rows(20, leavers: 3));
        await bridge.SettleInTimeAsync();

        Assert.Equal(17, bridge.Corp.Users().Count(u => u.Active));
        Assert.Empty(await HoldsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Protected_account_is_never_touched_and_that_is_said(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json =>
        {
            TestBridge.Unheld(json);
            json["targets"]!["corp"]!["protect"] = new JsonObject
            {
                ["userNames"] = new JsonArray("GIVEN1.family@corp.example"), ["groups"] = new JsonArray("Board"), ["where"] = "title eq \"Root\"",
            };
        });
        string[] rows =
        [
            TestBridge.Row("1", "Given1", "Family"), TestBridge.Row("2", "Given2", "Family"),
            TestBridge.Row("3", "Given3", "Family", title: "Root"), TestBridge.Row("4", "Given4", "Family", department: "Board"),
        ];

        await bridge.ImportAsync(rows);
        await bridge.ImportAsync([.. rows.Select(r => r.Replace(",A,E,", ",T,E,", StringComparison.Ordinal))]);

        Assert.Equal(["given2.family@corp.example"], bridge.Corp.Users().Select(u => u.UserName));
        var failed = await FailedAsync(bridge);
        Assert.NotEmpty(failed);
        Assert.All(failed, f => Assert.Equal("protected", f.Failure!.Code));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Disabling_that_was_only_said_to_be_done_is_found_and_done(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(Rows(10));
        bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.Lie, Method = "PATCH", PathContains = "/Users", Next = 2 });

        await bridge.ImportAsync(Rows(10, leavers: 1));
        Assert.Equal(10, bridge.Corp.Users().Count(u => u.Active));
        var open = Assert.Single(await bridge.Database.ReadAsync(s => FailureStore.ListAsync(s, "corp", isDead: false, "notDone", ("", ""), 10, None), None));
        Assert.Equal("PATCH", open.Failure!.Call);

        await bridge.SettleInTimeAsync();
        Assert.Equal(9, bridge.Corp.Users().Count(u => u.Active));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Change_that_was_only_said_to_be_done_is_found_after_any_number_of_other_failures(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, ReadAll);
        await bridge.ImportAsync(Rows(1));
        bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.Error, Status = 503, Method = "PATCH", PathContains = "/Users", Next = 7 });
        bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.Lie, Method = "PATCH", PathContains = "/Users", Next = 2 });

        await bridge.ImportAsync([.. Rows(1).Select(r => r.Replace("Engineer", "Lead", StringComparison.Ordinal))]);
        await bridge.SettleInTimeAsync();

        Assert.Equal("Lead", (string?)JsonNode.Parse(Assert.Single(bridge.Corp.Users()).Json)!["title"]);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Members_that_were_only_said_to_be_added_are_found_even_where_the_look_fails(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, ReadAll);
        bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.Lie, Method = "PATCH", PathContains = "/Groups", Next = 1 });
        bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.Html, Method = "GET", PathContains = "attributes=members", Next = 1 });

        await bridge.ImportAsync(Rows(5));
        await bridge.SettleInTimeAsync();

        Assert.Equal(5, bridge.Corp.Groups().Sum(g => g.Members.Count));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Target_that_is_away_for_a_day_costs_some_probes_and_one_delivery_of_each_account(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, TestBridge.Unheld);
        await bridge.ImportAsync(Rows(60));
        bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.Reset, Always = true });
        var before = bridge.Corp.Calls.Total;
        await bridge.ImportAsync([.. Rows(60).Select(r => r.Replace("Engineer", "Lead", StringComparison.Ordinal))]);
        var end = bridge.Time.GetUtcNow().AddDays(1);
        while (bridge.Time.GetUtcNow() < end)
        {
            await bridge.SettleAsync();
            bridge.Time.Advance(TimeSpan.FromMinutes(10));
        }

        var away = bridge.Corp.Calls.Total - before;
        // One probe each ten minutes; a transport repeats a call whose connection broke at once.
        Assert.True(away < 2 * (16 + 12 + 150), $"{away} calls were made while nobody answered.");
        bridge.Corp.Faults.Clear();
        var versions = bridge.Corp.Users().Sum(u => u.Version);
        var calls = bridge.Corp.Calls.Total;
        await bridge.SettleInTimeAsync();

        Assert.Equal(60, bridge.Corp.Users().Sum(u => u.Version) - versions);
        Assert.Equal(60, bridge.Corp.Calls.Total - calls);
        Assert.Equal(new DueCount(0, 0), await bridge.DueAsync());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Breaker_outlives_the_process(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json => json["targets"]!["corp"]!["token"]!["value"] = "wrong");
        await bridge.ImportAsync(Rows(50));
        var calls = bridge.Corp.Calls.Total;

        // Whoever comes fresh, within the wait, calls nobody; after it, one call is made, however much is due.
        Assert.True((await bridge.Database.ReadAsync(s => TargetStore.FindAsync(s, "corp", None), None)).Breaker.IsOpen);
        await bridge.SettleAsync();
        Assert.Equal(calls, bridge.Corp.Calls.Total);
        bridge.Time.Advance(TimeSpan.FromMinutes(2));
        await bridge.SettleAsync();
        Assert.Equal(calls + 1, bridge.Corp.Calls.Total);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Refused_delivery_says_what_to_do_and_is_tried_again_when_asked(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", "secret");
        using var content = new StringContent(
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"given1.family@corp.example","externalId":"other"}""",
            System.Text.Encoding.UTF8,
            "application/scim+json");
        var made = await http.PostAsync(new Uri(bridge.Sandbox.ScimAddress("corp"), "Users"), content);
        await bridge.ImportAsync(Rows(3));

        var failed = Assert.Single(await FailedAsync(bridge));
        Assert.Equal(("User", "given1.family@corp.example", "nameTaken", null), (failed.Type, failed.Name, failed.Failure!.Code, failed.RetryAt));
        Assert.Contains("try again", failed.Failure.Advice, StringComparison.Ordinal);

        (await http.DeleteAsync(made.Headers.Location)).EnsureSuccessStatusCode();
        async Task<int> RetryAsync(string[]? ids, string? code) =>
            await bridge.Database.WriteAsync(s => FailureStore.RetryAsync(s, "corp", ids, code, bridge.Time.GetUtcNow().ToUnixTimeMilliseconds() * 1000, None), None);
        Assert.Equal(0, await RetryAsync(null, "protected"));
        Assert.Equal(0, await RetryAsync(["another"], null));
        Assert.Equal(1, await RetryAsync([failed.ResourceId], null));
        await bridge.SettleInTimeAsync();

        Assert.Empty(await FailedAsync(bridge));
        Assert.Equal(3, bridge.Corp.UserCount);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Observed_target_is_not_written_to(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json => json["targets"]!["corp"]!["mode"] = "observe");

        await bridge.ImportAsync(Rows(3));

        Assert.Equal(0, bridge.Corp.Calls.Total);
        Assert.True((await bridge.DueAsync()).Waiting >= 3);
    }

    private static void Guard(JsonObject json, int disables)
    {
        TestBridge.Unheld(json);
        json["targets"]!["corp"]!["guard"] = new JsonObject { ["disables"] = new JsonObject { ["atLeast"] = disables, ["percent"] = 0 } };
    }

    private static string[] Rows(int count, int leavers = 0) =>
        [.. Enumerable.Range(1, count).Select(i => TestBridge.Row($"{i}", $"Given{i}", "Family", status: i <= leavers ? "T" : "A"))];

    private static Task<List<Hold>> HoldsAsync(TestBridge bridge) =>
        bridge.Database.ReadAsync(s => HoldStore.ListAsync(s, "target:corp", null, null, 10, None), None);

    private static void ReadAll(JsonObject json) => json["targets"]!["corp"]!["readBack"] = "all";

    private static Task<List<FailedDelivery>> FailedAsync(TestBridge bridge) =>
        bridge.Database.ReadAsync(s => FailureStore.ListAsync(s, "corp", isDead: true, null, ("", ""), 10, None), None);
}
