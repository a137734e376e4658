using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Sponsorship;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Reconciliations;

/// <summary>What is done about what a reconciliation finds of non-human identities; on both databases.</summary>
public sealed class ServiceAccountReconcileTests
{
    private const string Entra = "entra";
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_can_be_set_right_goes_the_ways_that_it_goes_anyhow(DatabaseKind kind)
    {
        await using var bridge = await DriftBridge.StartAsync(kind, [Entra], DriftIdentities.On);
        await bridge.FillAsync(50, new HashSet<int> { 5 }, new HashSet<int>(), new HashSet<int>());
        var identities = await DriftIdentities.StandAsync(
            bridge,
            Entra,
            [
                .. new[]
                {
                    "identity that nobody knows", "identity that was disabled enabled again", "identity disabled by hand", "identity with a credential made by hand",
                    "identity whose credential a leaver knows", "identity whose ended credential a leaver knows and works", "identity whose owner was taken away",
                    "identity whose sponsor was taken away", "identity that a leaver was made an owner of",
                }.Select(d => new DriftRow(d, d, null)),
            ],
            ofEach: 1,
            leaver: 5,
            firstOwner: 10);
        var seeded = (await identities.SeedAsync()).ToDictionary(s => s[..s.LastIndexOf(' ')], s => s[(s.LastIndexOf(' ') + 1)..], StringComparer.Ordinal);

        var (_, found) = await bridge.ReconcileAsync(Entra, mode: Reconciliation.Enforce);
        Assert.Equal(9, found.Count);
        Assert.All(found, f => Assert.Equal(Standing.Enforced, f.Difference.Standing));
        await bridge.Bridge.RunAsync(DrainKind.Rotate, Entra);
        await bridge.Bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);
        await bridge.Bridge.RunAsync(DrainKind.Discover, Entra);

        var (_, left) = await bridge.ReconcileAsync(Entra);
        Assert.Equal(
            ["leaverCredential pending", "leaverCredential pending", "orphan open"],
            left.Select(f => $"{Words.Of(f.Difference.Kind)} {Words.Of(f.Difference.Standing)}").Order(StringComparer.Ordinal));
        foreach (var drift in new[] { "identity whose credential a leaver knows", "identity whose ended credential a leaver knows and works" })
        {
            var account = await ServiceAccounts.GetAsync(bridge.Bridge, seeded[drift]);
            Assert.Equal((await bridge.UsersAsync())[5], Assert.Single(account.Duties).PersonId);
        }

        Assert.Equal(2, (await ServiceAccounts.GetAsync(bridge.Bridge, seeded["identity with a credential made by hand"])).Credentials.Count);
        var proposed = await bridge.ReadAsync(s => ServiceAccountStore.FindByRemoteAsync(s, Entra, seeded["identity that nobody knows"], None));
        Assert.Equal(AccountUse.Proposed, (await ServiceAccounts.GetAsync(bridge.Bridge, proposed!)).Use);
        Assert.Equal(9, await bridge.ReadAsync(s => s.FirstAsync("SELECT count(*) FROM journal WHERE kind = 'reconciliation.enforced'", r => r.GetInt64(0), None)));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Service_account_among_the_users_of_a_target_is_no_orphan_that_is_disabled(DatabaseKind kind)
    {
        await using var bridge = await DriftBridge.StartAsync(kind, ["scim"], json =>
        {
            DriftIdentities.On(json);
            json["targets"]!["scim"]!["reconcile"] = new System.Text.Json.Nodes.JsonObject { ["orphans"] = "disable" };
        });
        await bridge.FillAsync(50, new HashSet<int> { 5 }, new HashSet<int>(), new HashSet<int>());
        DriftRow[] rows = [new("identity that nobody has adopted", "orphan", null), new("identity that nobody knows", "orphan", null)];
        var identities = await DriftIdentities.StandAsync(bridge, "scim", rows, ofEach: 1, leaver: 5, firstOwner: 10);
        var expected = await identities.SeedAsync();

        var (_, found) = await bridge.ReconcileAsync("scim", mode: Reconciliation.Enforce);

        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Select(f => $"orphan {f.Difference.ResourceId ?? f.Difference.RemoteId}").Order(StringComparer.Ordinal));
        Assert.All(found, f => Assert.Equal(DifferenceSubject.ServiceAccount, f.Difference.Of));
        Assert.Equal(49 + 7, bridge.Bridge.Corp.Users().Count(u => u.Active));
    }
}
