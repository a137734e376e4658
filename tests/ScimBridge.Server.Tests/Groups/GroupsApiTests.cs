using System.Net;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Fixtures;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Hris;
using ScimBridge.Storage.Stores;
using static ScimBridge.Server.Tests.Hris.HrisBridge;

namespace ScimBridge.Server.Tests.Groups;

/// <summary>Groups by rule over HTTP: clients beside rules, memberships for a time, rules that are held, and why somebody has what they have.</summary>
public sealed class GroupsApiTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task List_of_all_members_gives_nobody_by_hand_whom_a_rule_put_there(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var (ann, bo) = (await IdAsync(bridge, "1"), await IdAsync(bridge, "2"));
        var group = await GroupAsync(bridge);
        // A client that reads the group, adds one and writes all of it back.
        (await bridge.AdminAsync("PUT", "/scim/v2/Groups/" + group, Group([ann, bo]))).Is(HttpStatusCode.OK);
        Assert.Equal(["rule"], await GroundsAsync(bridge, ann));
        Assert.Equal(["hand"], await GroundsAsync(bridge, bo));

        // Who is added by name is meant, also where a rule has put them there.
        (await bridge.AdminAsync("PATCH", "/scim/v2/Groups/" + group, Patch("add", ann))).Is(HttpStatusCode.NoContent);
        Assert.Equal(["rule", "hand"], await GroundsAsync(bridge, ann));

        // A client that writes nobody takes what clients gave, and what a rule gave stays.
        (await bridge.AdminAsync("PUT", "/scim/v2/Groups/" + group, Group([]))).Is(HttpStatusCode.OK);
        Assert.Equal(["rule"], await GroundsAsync(bridge, ann));
        Assert.Empty(await GroundsAsync(bridge, bo));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Attribute_that_a_client_writes_is_looked_at_by_the_rules(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, """{ "buddies": { "displayName": "Buddies", "where": "nickName eq \"buddy\"" } }""");
        var ann = await IdAsync(bridge, "1");
        Assert.Empty(await GroundsAsync(bridge, ann));
        (await bridge.AdminAsync("PATCH", "/scim/v2/Users/" + ann, Patch("replace", "buddy", "nickName"))).Is(HttpStatusCode.OK);
        await bridge.DecideAsync();
        Assert.Equal(["rule"], await GroundsAsync(bridge, ann));
        (await bridge.AdminAsync("PATCH", "/scim/v2/Users/" + ann, Patch("replace", "pal", "nickName"))).Is(HttpStatusCode.OK);
        await bridge.DecideAsync();
        Assert.Empty(await GroundsAsync(bridge, ann));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Membership_for_a_time_is_given_and_ends_by_itself(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var (bo, group) = (await IdAsync(bridge, "2"), await GroupAsync(bridge));
        var until = bridge.Get<IClock>().GetCurrentInstant() + Duration.FromHours(1);
        var body = new JsonObject { ["group"] = group, ["member"] = bo, ["until"] = InstantPattern.ExtendedIso.Format(until) };

        var given = (await bridge.AdminAsync("PUT", "/admin/v1/memberships", body.ToJsonString())).Is(HttpStatusCode.OK).Body!;

        Assert.Equal(["hand"], given["by"]!.AsArray().Select(g => (string)g!));
        Assert.Equal((string)body["until"]!, (string)given["until"]!);
        bridge.Time.Advance(TimeSpan.FromHours(2));
        // As after a restart: the sweep finds it, whoever knew of it.
        await bridge.Get<Sweep>().RunAsync(CancellationToken.None);
        for (var i = 0; i < 500 && (await GroundsAsync(bridge, bo)).Count > 0; i++)
            await Task.Delay(20);
        Assert.Empty(await GroundsAsync(bridge, bo));
    }

    [Theory]
    [InlineData("""{ "member": "MEMBER" }""", HttpStatusCode.BadRequest)]
    [InlineData("""{ "group": "GROUP", "member": "GROUP/../x" }""", HttpStatusCode.BadRequest)]
    [InlineData("""{ "group": "MEMBER", "member": "MEMBER" }""", HttpStatusCode.NotFound)]
    [InlineData("""{ "group": "GROUP", "member": "00000000-0000-7000-8000-000000000000" }""", HttpStatusCode.BadRequest)]
    [InlineData("""{ "group": "GROUP", "member": "MEMBER", "until": "tomorrow" }""", HttpStatusCode.BadRequest)]
    [InlineData("""{ "group": "GROUP", "member": "MEMBER", "until": 7 }""", HttpStatusCode.BadRequest)]
    [InlineData("""{ "group": "GROUP", "member": "MEMBER", "until": "2026-03-02T08:00:00Z" }""", HttpStatusCode.BadRequest)]
    [InlineData("""{ "group": "GROUP", "member": "MEMBER", "untill": "2027-03-02T08:00:00Z" }""", HttpStatusCode.BadRequest)]
    public async Task Membership_that_cannot_be_given_is_refused(string body, HttpStatusCode status)
    {
        await using var bridge = await StartAsync(DatabaseKind.Sqlite);
        var (bo, group) = (await IdAsync(bridge, "2"), await GroupAsync(bridge));
        (await bridge.AdminAsync(
            "PUT", "/admin/v1/memberships", body.Replace("GROUP", group, StringComparison.Ordinal).Replace("MEMBER", bo, StringComparison.Ordinal))).Is(status);
        Assert.Empty(await GroundsAsync(bridge, bo));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Held_rules_are_shown_with_their_preview_and_approved_as_a_whole(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await bridge.Database.WriteAsync(s => RuleBookStore.WantAsync(s, RuleBookStore.Groups, "{}", marksFirst: true, CancellationToken.None), CancellationToken.None);
        JsonArray? holds = null;
        for (var i = 0; i < 500 && holds is not { Count: > 0 }; i++)
        {
            bridge.Get<IAlarm>().Wake(new DrainKey(DrainKind.EvaluateRules, RuleBookStore.Groups));
            await Task.Delay(20);
            holds = (await bridge.AdminAsync("GET", "/admin/v1/holds?state=open")).Is(HttpStatusCode.OK).Body!["holds"]!.AsArray();
        }

        var hold = Assert.Single(holds!)!;
        Assert.Equal("rules", (string)hold["kind"]!);
        Assert.Null(hold["source"]);
        var path = $"/admin/v1/holds/{hold["id"]}";
        var item = Assert.Single((await bridge.AdminAsync("GET", path)).Is(HttpStatusCode.OK).Body!["items"]!.AsArray())!;
        Assert.Equal(("people", "1"), ((string)item["source"]!, (string)item["workerId"]!));

        (await bridge.AdminAsync("POST", path + "/approve", """{ "items": ["1"] }""")).Is(HttpStatusCode.BadRequest);
        Assert.Equal("decided", (string)(await bridge.AdminAsync("POST", path + "/approve")).Is(HttpStatusCode.OK).Body!["state"]!);
        (await bridge.AdminAsync("POST", path + "/approve")).Is(HttpStatusCode.Conflict);
        var ann = await IdAsync(bridge, "1");
        for (var i = 0; i < 500 && (await GroundsAsync(bridge, ann)).Count > 0; i++)
            await Task.Delay(20);
        Assert.Empty(await GroundsAsync(bridge, ann));
        // A group whose rule is no more is a client's to delete.
        (await bridge.AdminAsync("DELETE", "/scim/v2/Groups/" + await GroupAsync(bridge))).Is(HttpStatusCode.NoContent);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Timeline_says_why_in_the_order_in_which_it_was_noted(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var between = bridge.Get<IClock>().GetCurrentInstant();
        bridge.Time.Advance(TimeSpan.FromDays(1));
        await bridge.PushAsync(Worker("1", more: ("department", "Legal")));
        var (ann, group) = (await IdAsync(bridge, "1"), await GroupAsync(bridge));
        (await bridge.AdminAsync("PATCH", "/scim/v2/Groups/" + group, Patch("add", ann))).Is(HttpStatusCode.NoContent);

        var told = (await bridge.AdminAsync("GET", "/admin/v1/sources/people/workers/1/timeline")).Is(HttpStatusCode.OK).Body!;

        var entries = told["entries"]!.AsArray();
        Assert.Equal(
            ["record", "worker.hired", "user.created", "worker.decided", "record", "worker.moved", "user.updated", "worker.decided", "membership.given"],
            entries.Select(e => (string)e!["what"]!));
        var (joined, moved) = (entries[3]!["data"]!, entries[7]!["data"]!);
        Assert.Equal(("joiner", "atWork"), ((string)joined["rule"]!, (string)moved["rule"]!));
        Assert.Equal("Sellers", (string)joined["joins"]![0]!["displayName"]!);
        Assert.Equal(group, (string)moved["leaves"]![0]!["id"]!);
        var held = Assert.Single(told["memberships"]!.AsArray())!;
        Assert.Equal((group, "Sellers", "hand"), ((string)held["group"]!, (string)held["displayName"]!, (string)held["by"]![0]!));
        // From the record to the decision by one correlation.
        Assert.All(entries.Take(4), e => Assert.Equal((string)entries[0]!["batch"]!, (string?)e!["batch"] ?? (string?)e["correlation"]));
        Assert.Equal(entries[4]!["record"]!.ToJsonString(), moved["records"]![0]!.ToJsonString());

        // The same by pages, by the user, and as of before.
        var pages = new List<string>();
        for (string? cursor = null; pages.Count < 20;)
        {
            var page = (await bridge.AdminAsync("GET", $"/admin/v1/workers/{ann}/timeline?count=2{(cursor is null ? "" : "&cursor=" + cursor)}")).Is(HttpStatusCode.OK).Body!;
            pages.AddRange(page["entries"]!.AsArray().Select(e => e!.ToJsonString()));
            if ((cursor = (string?)page["next"]) is null)
                break;
        }

        Assert.Equal(entries.Select(e => e!.ToJsonString()), pages);
        var then = (await bridge.AdminAsync("GET", $"/admin/v1/workers/{ann}/timeline?at={InstantPattern.ExtendedIso.Format(between)}")).Is(HttpStatusCode.OK).Body!;
        Assert.Equal(entries.Take(4).Select(e => e!.ToJsonString()), then["entries"]!.AsArray().Select(e => e!.ToJsonString()));
        Assert.False(then.ContainsKey("accounts"));
    }

    [Fact]
    public async Task Timeline_of_nobody_is_not_found_and_needs_its_scope()
    {
        await using var bridge = await StartAsync(DatabaseKind.Sqlite);
        (await bridge.AdminAsync("GET", "/admin/v1/sources/people/workers/99/timeline")).Is(HttpStatusCode.NotFound);
        (await bridge.AdminAsync("GET", "/admin/v1/sources/nobody/workers/1/timeline")).Is(HttpStatusCode.NotFound);
        (await bridge.AdminAsync("GET", "/admin/v1/workers/1/timeline")).Is(HttpStatusCode.NotFound);
        (await bridge.AdminAsync("GET", "/admin/v1/sources/people/workers/1/timeline?cursor=x!")).Is(HttpStatusCode.BadRequest);
        (await bridge.AdminAsync("GET", "/admin/v1/sources/people/workers/1/timeline?at=noon")).Is(HttpStatusCode.BadRequest);
        (await bridge.SendAsync("GET", "/admin/v1/sources/people/workers/1/timeline")).Is(HttpStatusCode.Forbidden);
        (await bridge.SendAsync("PUT", "/admin/v1/memberships", "{}")).Is(HttpStatusCode.Forbidden);
    }

    private static async Task<HrisBridge> StartAsync(
        DatabaseKind kind, string groups = """{ "sellers": { "displayName": "Sellers", "where": "department eq \"Sales\"" } }""")
    {
        var bridge = await HrisBridge.StartAsync(kind, all: json =>
        {
            json["groups"] = JsonNode.Parse(groups);
            json["groupSafety"] = new JsonObject { ["atLeast"] = 0, ["percent"] = 0 };
        });
        for (var i = 0; i < 500; i++)
        {
            if (await bridge.Database.ReadAsync(s => RuleBookStore.FindAsync(s, RuleBookStore.Groups, CancellationToken.None), CancellationToken.None) is { IsOpen: false })
                break;
            await Task.Delay(20);
        }

        await bridge.PushAsync(new JsonArray(Worker("1", more: ("department", "Sales")), Worker("2", "Bo", "Berg", ("department", "Legal"))));
        return bridge;
    }

    private static async Task<string> IdAsync(HrisBridge bridge, string number) => (string)(await bridge.UserAsync(number))!["id"]!;

    private static async Task<string> GroupAsync(HrisBridge bridge) =>
        (string)Assert.Single((await bridge.AdminAsync("GET", "/scim/v2/Groups")).Is(HttpStatusCode.OK).Body!["Resources"]!.AsArray())!["id"]!;

    private static async Task<List<string>> GroundsAsync(HrisBridge bridge, string member) =>
        [.. (await bridge.AdminAsync("GET", "/admin/v1/memberships?member=" + member)).Is(HttpStatusCode.OK).Body!["memberships"]!.AsArray()
            .SelectMany(m => m!["by"]!.AsArray().Select(g => (string)g!))];

    private static string Group(string[] members) => new JsonObject
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Group"),
        ["displayName"] = "Sellers",
        ["members"] = new JsonArray([.. members.Select(m => (JsonNode)new JsonObject { ["value"] = m })]),
    }.ToJsonString();

    private static string Patch(string op, string value, string? path = null) => new JsonObject
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
        ["Operations"] = new JsonArray(new JsonObject
        {
            ["op"] = op,
            ["path"] = path ?? "members",
            ["value"] = path is null ? new JsonArray(new JsonObject { ["value"] = value }) : value,
        }),
    }.ToJsonString();
}
