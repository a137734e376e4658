using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Jobs;

/// <summary>Mappings by configuration, from the record to the account.</summary>
public sealed class MappingTests
{
    private const string Share = "{% assign t = worker.title | default: '1' %}{{ 100 | divided_by: t }}";

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Worker_for_whom_an_expression_fails_is_in_quarantine_and_nobody_else(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json =>
        {
            TestBridge.Unheld(json);
            json["mapping"]!["user"] = new JsonObject { ["nickName"] = Share };
        });

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", title: "4"), TestBridge.Row("2", "Bo", "Dahl", title: "Engineer"), TestBridge.Row("3", "Eva", "Holm", title: "5"));

        Assert.Equal("25", (string?)(await UserAsync(bridge, "Berg"))!["nickName"]);
        Assert.Equal("20", (string?)(await UserAsync(bridge, "Holm"))!["nickName"]);
        Assert.Null(await UserAsync(bridge, "Dahl"));
        var one = Assert.Single(await QuarantineAsync(bridge));
        Assert.Equal(("2", "mapping", "$.mapping.user.nickName", "It divides by zero."), (one.WorkerId, one.Rule, one.Field, one.Reason));

        // The same feed again mends nothing; another title does.
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", title: "4"), TestBridge.Row("2", "Bo", "Dahl", title: "Engineer"), TestBridge.Row("3", "Eva", "Holm", title: "5"));
        Assert.Single(await QuarantineAsync(bridge));
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", title: "4"), TestBridge.Row("2", "Bo", "Dahl", title: "10"), TestBridge.Row("3", "Eva", "Holm", title: "5"));
        Assert.Empty(await QuarantineAsync(bridge));
        Assert.Equal("10", (string?)(await UserAsync(bridge, "Dahl"))!["nickName"]);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Last_good_state_stays_but_access_that_ends_ends(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json =>
        {
            TestBridge.Unheld(json);
            json["mapping"]!["user"] = new JsonObject { ["nickName"] = Share };
        });
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", title: "4"));

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", title: "Chief", department: "Staff"));
        var kept = (await UserAsync(bridge, "Berg"))!;
        Assert.Equal(("25", "4", true), ((string?)kept["nickName"], (string?)kept["title"], (bool)kept["active"]!));
        Assert.Single(await QuarantineAsync(bridge));

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", status: "T", title: "Chief", lastDay: "2026-02-27"));
        var left = (await UserAsync(bridge, "Berg"))!;
        Assert.Equal(("25", false), ((string?)left["nickName"], (bool)left["active"]!));
        Assert.False(bridge.Corp.FindUser("anna.berg@corp.example")!.Active);
        Assert.All(bridge.Corp.Groups(), g => Assert.Empty(g.Members));
        Assert.Single(await QuarantineAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Mapping_that_is_another_after_a_restart_is_carried_to_everybody(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg"), TestBridge.Row("2", "Bo", "Dahl"));
        var calls = bridge.Corp.Calls.Total;

        await bridge.RestartAsync(_ => { });
        await bridge.SettleAsync();
        Assert.Equal(calls, bridge.Corp.Calls.Total);

        await bridge.RestartAsync(json => json["mapping"]!["user"] = new JsonObject { ["displayName"] = "{{ worker.familyName }}, {{ worker.givenName }}", ["title"] = null });
        await bridge.SettleAsync();

        Assert.Equal("Berg, Anna", (string?)Account(bridge, "anna.berg@corp.example")["displayName"]);
        Assert.Equal("Dahl, Bo", (string?)Account(bridge, "bo.dahl@corp.example")["displayName"]);
        Assert.False(Account(bridge, "bo.dahl@corp.example").ContainsKey("title"));
        Assert.Equal(calls + 2, bridge.Corp.Calls.Total);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Profile_of_a_target_that_is_another_after_a_restart_is_delivered(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json =>
            json["targets"]!["corp"]!["mapping"] = new JsonObject { ["attributes"] = new JsonObject { ["displayName"] = "{{ user.name.givenName }} at {{ enterprise.department }}" } });
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg"), TestBridge.Row("2", "Bo", "Dahl"));
        Assert.Equal("Anna at Sales", (string?)Account(bridge, "anna.berg@corp.example")["displayName"]);
        Assert.Equal("Anna Berg", (string?)(await UserAsync(bridge, "Berg"))!["displayName"]);
        var calls = bridge.Corp.Calls.Total;

        await bridge.RestartAsync(json => json["targets"]!["corp"]!["mapping"] = new JsonObject
        {
            ["attributes"] = new JsonObject { ["nickName"] = new JsonObject { ["value"] = "x" }, ["title"] = null },
            ["omit"] = new JsonArray("displayName"),
        });
        await bridge.SettleAsync();

        var account = Account(bridge, "anna.berg@corp.example");
        Assert.Equal(("Anna at Sales", "x", false), ((string?)account["displayName"], (string?)account["nickName"], account.ContainsKey("title")));
        Assert.Equal(calls + 2, bridge.Corp.Calls.Total);
        Assert.Equal(new DueCount(0, 0), await bridge.DueAsync());

        await bridge.RestartAsync(json => json["targets"]!["corp"]!.AsObject().Remove("mapping"));
        await bridge.SettleAsync();
        account = Account(bridge, "anna.berg@corp.example");
        Assert.Equal(("Anna Berg", null, "Engineer"), ((string?)account["displayName"], (string?)account["nickName"], (string?)account["title"]));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Account_that_the_profile_cannot_map_is_refused_and_nobody_else(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json =>
        {
            TestBridge.Unheld(json);
            json["targets"]!["corp"]!["mapping"] = new JsonObject
            {
                ["attributes"] = new JsonObject { ["nickName"] = "{% assign t = user.title | default: '1' %}{{ 100 | divided_by: t }}" },
            };
        });

        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", title: "4"), TestBridge.Row("2", "Bo", "Dahl", title: "Engineer"));

        Assert.Equal("25", (string?)Account(bridge, "anna.berg@corp.example")["nickName"]);
        Assert.Null(bridge.Corp.FindUser("bo.dahl@corp.example"));
        Assert.Equal(new DueCount(0, 1), await bridge.DueAsync());
        Assert.Equal(
            "$.targets.corp.mapping.attributes.nickName: It divides by zero.",
            await bridge.Database.ReadAsync(s => s.FirstAsync("SELECT reason FROM due WHERE dead", r => r.GetString(0), CancellationToken.None), CancellationToken.None));

        // Who has an account and leaves is disabled all the same.
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", status: "T", title: "Boss", lastDay: "2026-02-27"), TestBridge.Row("2", "Bo", "Dahl", title: "Engineer"));
        Assert.False(bridge.Corp.FindUser("anna.berg@corp.example")!.Active);

        // With a profile that does it, the refused one is delivered.
        await bridge.RestartAsync(json => json["targets"]!["corp"]!.AsObject().Remove("mapping"));
        await bridge.SettleAsync();
        Assert.NotNull(bridge.Corp.FindUser("bo.dahl@corp.example"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Legal_name_is_told_to_the_target_that_is_configured_for_it_alone(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json =>
        {
            var columns = json["sources"]!["hr"]!["columns"]!.AsObject();
            columns.Remove("title");
            columns["legalGivenName"] = "title";
        });
        await bridge.ImportAsync(TestBridge.Row("1", "Anna", "Berg", title: "Annabel"));
        Assert.DoesNotContain("Annabel", (await UserAsync(bridge, "Berg"))!.ToJsonString(), StringComparison.Ordinal);

        await bridge.RestartAsync(json => json["targets"]!["corp"]!["mapping"] = new JsonObject { ["name"] = "legal" });
        await bridge.SettleAsync();

        var account = Account(bridge, "anna.berg@corp.example");
        Assert.Equal(("Annabel", "Annabel Berg", "Anna Berg"), ((string?)account["name"]!["givenName"], (string?)account["name"]!["formatted"], (string?)account["displayName"]));
        Assert.Equal("Anna", (string?)(await UserAsync(bridge, "Berg"))!["name"]!["givenName"]);
    }

    private static JsonObject Account(TestBridge bridge, string userName) => JsonNode.Parse(bridge.Corp.FindUser(userName)!.Json)!.AsObject();

    private static Task<List<Quarantined>> QuarantineAsync(TestBridge bridge) =>
        bridge.Database.ReadAsync(s => QuarantineStore.ListAsync(s, "hr", null, 10, CancellationToken.None), CancellationToken.None);

    private static async Task<JsonObject?> UserAsync(TestBridge bridge, string family) => (await bridge.Database.ReadAsync(
        s => s.QueryAsync(
            "SELECT body FROM resource WHERE type = 'User'", r => JsonNode.Parse(r.GetString(0))!.AsObject(), CancellationToken.None),
        CancellationToken.None)).SingleOrDefault(b => (string?)b["name"]!["familyName"] == family);
}
