using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Api;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Api;
using ScimBridge.Server.Tests.Sponsorship;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Journal;

/// <summary>For which service accounts somebody answers and answered, and whose secrets they know and knew, since when and why; on both databases.</summary>
public sealed class ServiceAccountsThenTests
{
    private const string Schema = "urn:scimbridge:params:scim:schemas:core:2.0:ServiceAccount";
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task At_each_instant_they_are_in_the_hands_that_they_were_in(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, ServiceAccounts.On);
        await bridge.ImportAsync(Rows("A"));
        var (ann, bob, cyd) = (await ServiceAccounts.UserAsync(bridge, "1"), await ServiceAccounts.UserAsync(bridge, "2"), await ServiceAccounts.UserAsync(bridge, "3"));
        var none = Tick(bridge);
        await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C3, sponsor: "2", owner: "3"));
        var given = Tick(bridge);
        await bridge.ImportAsync(Rows("T"));
        var left = Tick(bridge);
        await bridge.Database.WriteAsync(
            s => bridge.Get<AccountBook>().SeenAsync(s, "sa", "key-sa", CredentialState.RotatedVerified, "POST token: 401", "test", "test", None), None);
        var rotated = Tick(bridge);
        await DeleteAsync(bridge, "sa");
        var deleted = Tick(bridge);

        foreach (var person in new[] { ann, bob, cyd })
        {
            Assert.Equal("", await AtAsync(bridge, person, none));
            Assert.Equal("", await AtAsync(bridge, person, deleted));
        }

        Assert.Equal("", await AtAsync(bridge, ann, given));
        Assert.Equal("sa: sponsor assigned", await AtAsync(bridge, bob, given));
        Assert.Equal("sa: technicalOwner assigned, key-sa created active", await AtAsync(bridge, cyd, given));
        Assert.Equal("sa: technicalOwner provisional", await AtAsync(bridge, ann, left));
        Assert.Equal("sa: key-sa assumed active", await AtAsync(bridge, cyd, left));
        Assert.Equal("sa: key-sa assumed rotatedVerified", await AtAsync(bridge, cyd, rotated));
        Assert.Equal("sa: sponsor assigned", await AtAsync(bridge, bob, rotated));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_answers_for_what_and_who_knows_what_is_told_with_since_when_and_why(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: ServiceAccounts.On);
        var (root, admin) = (bridge.Url.Replace("/scim/v2", "", StringComparison.Ordinal), await bridge.TokenAsync("strict", "admin", Scopes.AdminRead));
        await bridge.ImportAsync(Rows("A"));
        var (ann, bob, cyd) = (await bridge.FindAsync("ann.holt@corp.example"), await bridge.FindAsync("bob.dahl@corp.example"), await bridge.FindAsync("cyd.kim@corp.example"));
        var id = (await bridge.PostAsync("/ServiceAccounts", new JsonObject
        {
            ["schemas"] = new JsonArray(Schema), ["displayName"] = "billing", ["kind"] = "serviceAccount", ["criticality"] = 3, ["target"] = "elsewhere", ["remoteId"] = "7",
            ["sponsors"] = new JsonArray(Of(bob)), ["owners"] = new JsonArray(Of(cyd)),
            ["credentials"] = new JsonArray(new JsonObject { ["value"] = "k1", ["type"] = "clientSecret" }),
            ["knownTo"] = new JsonArray(new JsonObject { ["value"] = ann, ["type"] = "k1", ["evidence"] = "vaultCheckout" }),
        })).Is(HttpStatusCode.Created).Id;
        var before = InstantPattern.ExtendedIso.Format(bridge.Get<IClock>().GetCurrentInstant());
        await Task.Delay(5);
        (await bridge.PatchAsync("/ServiceAccounts/" + id, ApiBridge.Operation("replace", "sponsors", new JsonArray(Of(ann))))).Is(HttpStatusCode.OK);

        async Task<JsonArray> GetAsync(string path) => (await bridge.SendAsync("GET", $"{root}/admin/v1/{path}", secret: admin)).Is(HttpStatusCode.OK).Body!["serviceAccounts"]!.AsArray();

        var anns = Assert.Single(await GetAsync($"workers/{ann}/access"))!;
        Assert.Equal((id, "billing", "elsewhere", "7", "active"), ((string)anns["id"]!, (string)anns["displayName"]!, (string)anns["target"]!, (string)anns["account"]!, (string)anns["state"]!));
        Assert.Equal("sponsor assigned, k1 vaultCheckout active", Text(anns));
        Assert.NotNull(anns["roles"]![0]!["since"]);
        Assert.NotNull(anns["secrets"]![0]!["since"]);
        Assert.Equal("technicalOwner assigned, k1 assumed active", Text(Assert.Single(await GetAsync($"workers/{cyd}/access"))!));
        Assert.Empty(await GetAsync($"workers/{bob}/access"));
        Assert.Equal("sponsor assigned", Text(Assert.Single(await GetAsync($"workers/{bob}/as-of?at={before}"))!));
        Assert.Empty(await GetAsync($"workers/{bob}/as-of"));
        Assert.Equal("k1 vaultCheckout active", Text(Assert.Single(await GetAsync($"workers/{ann}/as-of?at={before}"))!));

        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{root}/admin/v1/access")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", admin), Accept = { new MediaTypeWithQualityHeaderValue("text/csv") } },
        };
        using var response = await http.SendAsync(request);
        var csv = await response.Content.ReadAsStringAsync();
        Assert.Contains($",{ann},elsewhere,serviceAccount {id} sponsor,yes,yes,", csv, StringComparison.Ordinal);
        Assert.Contains($",{cyd},elsewhere,serviceAccount {id} secret k1,yes,yes,", csv, StringComparison.Ordinal);
    }

    private static JsonObject Of(string id) => new() { ["value"] = id };

    private static string[] Rows(string cyds) =>
        [TestBridge.Row("1", "Ann", "Holt"), TestBridge.Row("2", "Bob", "Dahl", manager: "1"), TestBridge.Row("3", "Cyd", "Kim", cyds, manager: "1")];

    private static Instant Tick(TestBridge bridge)
    {
        bridge.Time.Advance(TimeSpan.FromSeconds(1));
        var now = bridge.Get<IClock>().GetCurrentInstant();
        bridge.Time.Advance(TimeSpan.FromSeconds(1));
        return now;
    }

    private static async Task<string> AtAsync(TestBridge bridge, string person, Instant at)
    {
        var then = await bridge.Database.ReadAsync(s => PersonThen.AtAsync(s, person, at, None), None);
        return string.Join("; ", then.ServiceAccounts.Select(a => $"{a["id"]}: {Text(a)}"));
    }

    private static string Text(JsonNode tie) => string.Join(
        ", ", tie["roles"]!.AsArray().Select(r => $"{r!["role"]} {r["basis"]}").Concat(tie["secrets"]!.AsArray().Select(s => $"{s!["credential"]} {s["evidence"]} {s["state"]}")));

    private static async Task DeleteAsync(TestBridge bridge, string id)
    {
        var row = (await bridge.Database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, [id], None), None)).Single().Resource;
        var changes = new Changes(bridge.Get<IClock>().GetCurrentInstant(), "client:test", "test", []);
        changes.Deletes.Add(ResourceWriter.Delete(
            bridge.Configuration.Catalog.FindResourceType(ConfiguredSponsorship.TypeName)!, id, row.Version, JsonNode.Parse(row.Body)!.AsObject()));
        await bridge.Database.WriteAsync(s => Commit.WriteAsync(s, changes, None), None);
    }
}
