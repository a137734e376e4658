using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary>V7: the bridge's own credentials stand in its inventory, with owners and alarms.</summary>
public sealed class BridgeCredentialsTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_the_bridge_signs_in_with_has_owners_and_no_secret_in_the_inventory(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"), TestBridge.Row("2", "Bo", "Ek"));
        var book = bridge.Get<BridgeCredentials>();
        await book.WriteAsync(None);
        await book.WriteAsync(None);

        var ids = await IdsAsync(bridge);
        Assert.Equal(["notification:desk", "signing", "target:corp"], ids.Keys.Order());
        var rows = await bridge.Database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, ids.Values, None), None);
        Assert.Empty(Invariants.OfInventory(rows.ConvertAll(r => r.Account), BridgeCredentials.Named(bridge.Configuration.Options).Keys));
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
        var corp = rows.Single(r => r.Account.BridgeCredential == "target:corp");
        Assert.Equal("targets.corp.token", Assert.Single(corp.Account.Credentials).KeyId);
        Assert.Equal([await ServiceAccounts.UserAsync(bridge, "1")], ServiceAccounts.Holders(corp.Account, AccountableRole.TechnicalOwner));
        Assert.Equal([await ServiceAccounts.UserAsync(bridge, "2")], ServiceAccounts.Holders(corp.Account, AccountableRole.Sponsor));
        Assert.All(rows, r => Assert.DoesNotContain("\"secret\"", r.Resource.Body, StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Bridge_whose_owners_nobody_knows_yet_is_on_the_queue_until_they_come(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await bridge.Get<BridgeCredentials>().WriteAsync(None);
        await bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);
        Assert.Equal(3, (await bridge.Database.ReadAsync(s => ServiceAccountStore.OrphansAsync(s, after: null, 10, None), None)).Count);

        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"), TestBridge.Row("2", "Bo", "Ek"));
        await bridge.Get<BridgeCredentials>().WriteAsync(None);
        await bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);
        Assert.Empty(await bridge.Database.ReadAsync(s => ServiceAccountStore.OrphansAsync(s, after: null, 10, None), None));
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Token_that_is_about_to_expire_is_told_of_once_at_each_alarm(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"), TestBridge.Row("2", "Bo", "Ek"));
        await bridge.Get<Tokens>().CreateAsync("okta", "strict", ["scim.read"], Duration.FromDays(20), None);
        await bridge.Get<BridgeCredentials>().WriteAsync(None);
        await CascadeAsync(bridge);
        Assert.Empty(await ToldAsync(bridge));

        bridge.Time.Advance(TimeSpan.FromDays(6.5));
        await CascadeAsync(bridge);
        await CascadeAsync(bridge);
        Assert.Single(await ToldAsync(bridge));
        bridge.Time.Advance(TimeSpan.FromDays(13.6));
        await CascadeAsync(bridge);
        // Two alarms and the end went by while nothing ran: that is one message.
        Assert.Equal(2, (await ToldAsync(bridge)).Count);

        await bridge.Get<BridgeCredentials>().WriteAsync(None);
        var ids = await IdsAsync(bridge);
        Assert.Equal(CredentialState.RevokedVerified, Assert.Single((await ServiceAccounts.GetAsync(bridge, ids["token:okta"])).Credentials).State);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_comes_while_the_process_runs_is_in_the_inventory_too(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await bridge.Get<Sweep>().RunAsync(None);
        Assert.Equal(["notification:desk", "signing", "target:corp"], (await IdsAsync(bridge)).Keys.Order());

        var (token, _) = await bridge.Get<Tokens>().CreateAsync("okta", "strict", ["scim.read"], Duration.FromDays(20), None);
        await bridge.Get<Sweep>().RunAsync(None);
        var account = (await IdsAsync(bridge))["token:okta"];
        Assert.Equal(CredentialState.Active, Assert.Single((await ServiceAccounts.GetAsync(bridge, account)).Credentials).State);
        await bridge.Get<Tokens>().RevokeAsync(token.Id, None);
        await bridge.Get<Sweep>().RunAsync(None);
        Assert.Equal(CredentialState.RevokedVerified, Assert.Single((await ServiceAccounts.GetAsync(bridge, account)).Credentials).State);

        // Who answers for it is hired later than the process was started.
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"), TestBridge.Row("2", "Bo", "Ek"));
        bridge.Time.Advance(TimeSpan.FromMinutes(5));
        await bridge.Get<Sweep>().RunAsync(None);
        Assert.Equal([await ServiceAccounts.UserAsync(bridge, "1")], ServiceAccounts.Holders(await ServiceAccounts.GetAsync(bridge, account), AccountableRole.TechnicalOwner));
    }

    private static Task<Dictionary<string, string>> IdsAsync(TestBridge bridge) =>
        bridge.Database.ReadAsync(s => ServiceAccountStore.OfBridgeAsync(s, None), None);

    private static Task<TestBridge> StartAsync(DatabaseKind kind) => TestBridge.StartAsync(kind, json =>
    {
        ServiceAccounts.On(json);
        json["sponsorship"]!["bridge"] = new JsonObject { ["owners"] = new JsonArray("ann.holt@corp.example"), ["sponsors"] = new JsonArray("Bo.Ek@corp.example") };
        json["notifications"] = new JsonObject
        {
            ["desk"] = new JsonObject
            {
                ["url"] = "https://desk.example", ["keys"] = new JsonArray(new JsonObject { ["value"] = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0" }),
                ["events"] = new JsonArray("serviceAccount.credentialExpiring"),
            },
        };
    });

    private static Task<Instant?> CascadeAsync(TestBridge bridge) => bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);

    private static Task<List<Notification>> ToldAsync(TestBridge bridge) =>
        bridge.Database.ReadAsync(s => NotificationStore.DueAsync(s, "desk", long.MaxValue, 100, None), None);
}
