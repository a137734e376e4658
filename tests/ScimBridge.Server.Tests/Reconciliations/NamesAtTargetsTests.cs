using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Reconciliations;

/// <summary>Names that are taken at a target alone, by accounts that are nobody's: who joins does not get one, until the account is gone.</summary>
public sealed class NamesAtTargetsTests
{
    private const string Scim = "scim";
    private const string Okta = "okta";
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    // The bridge's clock begins on 2 March.
    private const string Joins = "2026-03-04";

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Name_that_is_taken_at_the_target_alone_is_not_given_until_it_is_free_there(DatabaseKind kind)
    {
        await using var bridge = await DriftBridge.StartAsync(kind, [Scim]);
        await JoinAsync(bridge, ["1", "Bob", "Dahl"]);
        // In other letters, as the user name of one and as an address of another.
        var stranger = await StrangerAsync(bridge, "Ánn.HOLT@corp.example");
        await StrangerAsync(bridge, "by.hand@corp.example", mail: "ann.holt2@corp.example");
        await bridge.ReconcileAsync(Scim);
        Assert.Equal(["ann.holt2@corp.example", "ann.holt@corp.example", "by.hand@corp.example"], await HeldAsync(bridge));

        await JoinAsync(bridge, ["1", "Bob", "Dahl"], ["2", "Ann", "Holt"]);
        Assert.Equal("ann.holt3@corp.example", await NameAsync(bridge, 2));
        await bridge.SettleAsync();
        Assert.Equal(4, bridge.Bridge.Corp.UserCount);

        // A comparison that shows the same writes nothing anew, and accounts of ours are among nobody's.
        await bridge.ReconcileAsync(Scim);
        Assert.Equal(3, (await HeldAsync(bridge)).Count);
        await bridge.Target(Scim).DeleteAsync(AccountKind.User, stranger, CancellationToken.None);
        await bridge.ReconcileAsync(Scim);
        Assert.Equal(["ann.holt2@corp.example", "by.hand@corp.example"], await HeldAsync(bridge));
        await JoinAsync(bridge, ["1", "Bob", "Dahl"], ["2", "Ann", "Holt"], ["3", "Ann", "Holt"]);
        Assert.Equal("ann.holt@corp.example", await NameAsync(bridge, 3));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Account_that_would_be_taken_over_for_somebody_leaves_them_its_name(DatabaseKind kind)
    {
        await using var bridge = await DriftBridge.StartAsync(kind, [Scim]);
        await StrangerAsync(bridge, "ann.holt@corp.example", number: "2");
        await StrangerAsync(bridge, "eve.lund@corp.example", number: "99");
        await bridge.ReconcileAsync(Scim);

        await JoinAsync(bridge, ["2", "Ann", "Holt"], ["3", "Eve", "Lund"]);

        Assert.Equal("ann.holt@corp.example", await NameAsync(bridge, 2));
        Assert.Equal("eve.lund2@corp.example", await NameAsync(bridge, 3));
        await bridge.SettleAsync();
        Assert.Equal(3, bridge.Bridge.Corp.UserCount);
        // It is theirs now.
        await bridge.ReconcileAsync(Scim);
        Assert.Equal(["eve.lund@corp.example"], await HeldAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Whoever_has_worked_here_before_the_bridge_is_matched_and_not_renamed(DatabaseKind kind)
    {
        await using var bridge = await DriftBridge.StartAsync(
            kind, [Scim], json => json["targets"]![Scim]!["match"] = new JsonArray("userName", "emails"));
        await StrangerAsync(bridge, "ann.holt@corp.example");
        await StrangerAsync(bridge, "eve.lund@corp.example");
        await bridge.ReconcileAsync(Scim);
        await bridge.Bridge.ImportUndeliveredAsync(TestBridge.Row("2", "Ann", "Holt"), TestBridge.Row("3", "Eve", "Lund", start: Joins));
        Assert.Equal("ann.holt@corp.example", await NameAsync(bridge, 2));
        // The target takes accounts over by address: so it may for who joins.
        Assert.Equal("eve.lund@corp.example", await NameAsync(bridge, 3));

        await bridge.Bridge.RestartAsync(json => json["targets"]![Scim]!["match"] = new JsonArray("userName"));
        await StrangerAsync(bridge, "ida.krog@corp.example");
        await StrangerAsync(bridge, "ulf.krog@corp.example");
        await bridge.ReconcileAsync(Scim);
        await bridge.Bridge.ImportUndeliveredAsync(
            TestBridge.Row("2", "Ann", "Holt"), TestBridge.Row("3", "Eve", "Lund", start: Joins), TestBridge.Row("4", "Ida", "Krog"),
            TestBridge.Row("5", "Ulf", "Krog", start: Joins));
        Assert.Equal(("ida.krog@corp.example", "ulf.krog2@corp.example"), (await NameAsync(bridge, 4), await NameAsync(bridge, 5)));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_has_changed_is_enough_to_know_a_name(DatabaseKind kind)
    {
        await using var bridge = await DriftBridge.StartAsync(kind, [Okta]);
        await JoinAsync(bridge, ["1", "Bob", "Dahl"]);
        await bridge.SettleAsync();
        await bridge.ReconcileAsync(Okta);
        bridge.Bridge.Time.Advance(TimeSpan.FromMinutes(30));
        var stranger = bridge.Okta.AddUser("ACTIVE", new JsonObject
        {
            ["login"] = "ann.holt@corp.example", ["email"] = "ann.holt@corp.example", ["firstName"] = "By", ["lastName"] = "Hand",
        }.ToJsonString());
        bridge.Bridge.Time.Advance(TimeSpan.FromMinutes(30));

        await bridge.ReconcileAsync(Okta, Reconciliation.OfChanges);

        Assert.Equal(["ann.holt@corp.example"], await HeldAsync(bridge));
        await JoinAsync(bridge, ["1", "Bob", "Dahl"], ["2", "Ann", "Holt"]);
        Assert.Equal("ann.holt2@corp.example", await NameAsync(bridge, 2));
        // Okta tells of deletions in a comparison of everything alone.
        var deleting = bridge.Target(Okta);
        await deleting.UpdateAsync(AccountKind.User, stranger, [], active: false, CancellationToken.None);
        await deleting.DeleteAsync(AccountKind.User, stranger, CancellationToken.None);
        await bridge.ReconcileAsync(Okta);
        Assert.Empty(await HeldAsync(bridge));
    }

    private static Task JoinAsync(DriftBridge bridge, params string[][] people) => bridge.Bridge.ImportUndeliveredAsync(
        [.. people.Select(p => TestBridge.Row(p[0], p[1], p[2], start: Joins))]);

    private static async Task<string> NameAsync(DriftBridge bridge, int worker)
    {
        var id = (await bridge.UsersAsync())[worker];
        return (string)JsonNode.Parse((await bridge.ReadAsync(s => ResourceStore.FindAsync(s, [id], CancellationToken.None)))[id].Body)!["userName"]!;
    }

    private static Task<List<string>> HeldAsync(DriftBridge bridge) => bridge.ReadAsync(s => s.QueryAsync(
        "SELECT DISTINCT folded FROM name_at_target WHERE resource_id IS NULL ORDER BY folded", r => r.GetString(0), CancellationToken.None));

    private static async Task<string> StrangerAsync(DriftBridge bridge, string userName, string? mail = null, string? number = null)
    {
        using var http = new HttpClient();
        var body = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:User"), ["userName"] = userName, ["active"] = true,
            ["emails"] = new JsonArray(new JsonObject { ["value"] = mail ?? userName, ["type"] = "work", ["primary"] = true }),
        };
        if (number is not null)
        {
            body["schemas"]!.AsArray().Add(Enterprise);
            body[Enterprise] = new JsonObject { ["employeeNumber"] = number };
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(bridge.Bridge.Sandbox.ScimAddress("corp"), "Users"))
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "secret") },
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/scim+json"),
        };
        using var response = await http.SendAsync(request);
        return (string)JsonNode.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync())!["id"]!;
    }
}
