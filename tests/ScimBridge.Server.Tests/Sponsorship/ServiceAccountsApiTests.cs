using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Server.Api;
using ScimBridge.Server.Cli;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Api;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary>Service accounts as clients and people see them: SCIM, the answers that people give, and what there is to look at.</summary>
public sealed class ServiceAccountsApiTests
{
    private const string Schema = "urn:scimbridge:params:scim:schemas:core:2.0:ServiceAccount";
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Client_says_what_an_account_is_and_only_events_move_where_it_stands(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var (ann, bo, cy) = (await bridge.UserAsync("ann"), await bridge.UserAsync("bo"), await bridge.UserAsync("cy"));

        var created = (await bridge.PostAsync("/ServiceAccounts", Account(1, ann, bo, a =>
        {
            a["state"] = "deleted";
            a["credentials"] = new JsonArray(new JsonObject { ["value"] = "k1", ["type"] = "clientSecret", ["state"] = "revokedVerified" });
            a["knownTo"] = new JsonArray(new JsonObject { ["value"] = cy, ["type"] = "k1" });
        }))).Is(HttpStatusCode.Created);
        Assert.Equal(("active", "active", "assigned", "shared"), (
            (string?)created.Body!["state"], (string?)created.Body["credentials"]![0]!["state"], (string?)created.Body["sponsors"]![0]!["basis"],
            (string?)created.Body["knownTo"]![0]!["evidence"]));
        Assert.NotNull((string?)created.Body["reviewDate"]);

        // Another owner: what the one before may have seen stays known. What is known is not forgotten because a list leaves it out.
        var path = "/ServiceAccounts/" + created.Id;
        var patched = (await bridge.PatchAsync(
            path, ApiBridge.Operation("replace", "owners", new JsonArray(new JsonObject { ["value"] = cy })), ApiBridge.Operation("remove", "knownTo", null))).Is(HttpStatusCode.OK);
        Assert.Equal([cy, bo], patched.Body!["knownTo"]!.AsArray().Select(k => (string)k!["value"]!).Order(Comparer<string>.Create((a, b) => a == b ? 0 : a == cy ? -1 : 1)));
        Assert.Equal(cy, (string?)patched.Body["owners"]![0]!["value"]);
        (await bridge.PatchAsync(path, ApiBridge.Operation("replace", "state", "disabled"))).Is(HttpStatusCode.BadRequest, "mutability");
        (await bridge.PatchAsync(path, ApiBridge.Operation("remove", "sponsors", null))).Is(HttpStatusCode.BadRequest, "invalidValue");
        (await bridge.PatchAsync(path, ApiBridge.Operation("replace", "owners", new JsonArray(new JsonObject { ["value"] = ann })))).Is(HttpStatusCode.BadRequest, "invalidValue");

        Assert.Equal([created.Id], (await bridge.ListAsync($"/ServiceAccounts?filter=owners.value eq \"{cy}\" and state eq \"active\"")).Select(a => a.Id));
        Assert.Empty(await bridge.ListAsync($"/ServiceAccounts?filter=owners.value eq \"{bo}\""));
        Assert.Equal([created.Id], (await bridge.ListAsync($"/ServiceAccounts?filter=knownTo.value eq \"{bo}\"")).Select(a => a.Id));
        (await bridge.DeleteAsync(path)).Is(HttpStatusCode.NoContent);
        Assert.Empty(await bridge.Database.ReadAsync(s => ServiceAccountStore.OfPeopleAsync(s, [ann, bo, cy], None), None));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Leaver_s_account_is_taken_over_by_a_link_that_nobody_follows_by_accident(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var admin = await bridge.TokenAsync("strict", "desk", Scopes.AdminRead, Scopes.AdminOperate);
        string[] rows = [TestBridge.Row("2", "Bo", "Ek"), TestBridge.Row("4", "Di", "Moe", manager: "2")];
        await bridge.ImportAsync([.. rows, TestBridge.Row("1", "Ann", "Holt", manager: "2")]);
        var (ann, bo, di) = (await bridge.FindAsync("ann.holt@corp.example"), await bridge.FindAsync("bo.ek@corp.example"), await bridge.FindAsync("di.moe@corp.example"));
        var id = (await bridge.PostAsync("/ServiceAccounts", Account(2, ann, di, a =>
        {
            a["credentials"] = new JsonArray(new JsonObject { ["value"] = "k1", ["retirement"] = "none" });
            a["knownTo"] = new JsonArray(new JsonObject { ["value"] = ann, ["type"] = "k1" });
        }))).Is(HttpStatusCode.Created).Id;

        // If Ann left: one account, one secret, Bo.
        var impact = (await bridge.SendAsync("GET", $"{Admin(bridge)}/workers/{ann}/impact", secret: admin)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal((1, 1, 0), ((int)impact["accounts"]!, (int)impact["secrets"]!, (int)impact["orphans"]!));
        Assert.Equal(bo, (string?)impact["impact"]![0]!["successors"]![0]!["user"]);
        var csv = await TextAsync(HttpMethod.Get, $"{Admin(bridge)}/workers/{ann}/impact", admin, "text/csv");
        Assert.Equal(2, csv.Text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains($",sponsor,{bo},k1,", csv.Text, StringComparison.Ordinal);
        // It was a dry run.
        Assert.Empty((await UnderWayAsync(bridge, admin, id))["handovers"]!.AsArray());

        await bridge.ImportAsync([.. rows, TestBridge.Row("1", "Ann", "Holt", status: "T", manager: "2")]);
        var handover = (await UnderWayAsync(bridge, admin, id))["handovers"]![0]!;
        Assert.Equal(bo, (string?)handover["asked"]!["personId"]);
        var until = NodaTime.Text.InstantPattern.ExtendedIso.Parse((string)handover["answerBy"]!).Value;
        var seal = bridge.Get<AnswerSeal>();
        var link = $"{Root(bridge)}/answers/{await seal.CloseAsync(new AnswerLink(id, Provisioning.Sponsorship.AccountableRole.Sponsor, bo, until), None)}";

        var page = await TextAsync(HttpMethod.Get, link, secret: null, "text/html");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("billing", page.Text, StringComparison.Ordinal);
        Assert.Equal(bo, (string?)(await UnderWayAsync(bridge, admin, id))["handovers"]![0]!["asked"]!["personId"]);
        Assert.Equal(HttpStatusCode.BadRequest, (await TextAsync(HttpMethod.Post, link, secret: null, "text/html", form: "answer=maybe")).Status);
        Assert.Equal(HttpStatusCode.OK, (await TextAsync(HttpMethod.Post, link, secret: null, "text/html", form: "answer=accept")).Status);
        Assert.Empty((await UnderWayAsync(bridge, admin, id))["handovers"]!.AsArray());
        Assert.Equal((bo, "succession"), (
            (string?)(await bridge.GetAsync("/ServiceAccounts/" + id)).Body!["sponsors"]![0]!["value"],
            (string?)(await bridge.GetAsync("/ServiceAccounts/" + id)).Body!["sponsors"]![0]!["basis"]));
        // Once.
        Assert.Equal(HttpStatusCode.Gone, (await TextAsync(HttpMethod.Post, link, secret: null, "text/html", form: "answer=decline")).Status);
        Assert.Equal(HttpStatusCode.Gone, (await TextAsync(HttpMethod.Get, link, secret: null, "text/html")).Status);
        // Neither another's, nor one that was changed.
        var forged = await seal.CloseAsync(new AnswerLink(id, Provisioning.Sponsorship.AccountableRole.Sponsor, di, until), None);
        Assert.Equal(HttpStatusCode.Gone, (await TextAsync(HttpMethod.Post, $"{Root(bridge)}/answers/{forged}", secret: null, "text/html", form: "answer=accept")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await TextAsync(HttpMethod.Get, link[..^2] + (link[^2] == 'A' ? "BB" : "AA"), secret: null, "text/html")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await TextAsync(HttpMethod.Get, $"{Root(bridge)}/answers/x", secret: null, "text/html")).Status);

        // What Ann knew is a duty still: a transfer closes none, and who leaves it out of the list proves nothing.
        var figures = (await bridge.SendAsync("GET", $"{Admin(bridge)}/service-accounts/figures", secret: admin)).Is(HttpStatusCode.OK).Body!;
        // The others are the bridge's own, its signing key and the tokens that were made meanwhile, and nobody is configured to answer for those.
        Assert.Equal(1, (int)figures["accounts"]! * (double)figures["withSponsor"]!, precision: 1);
        Assert.True((int)figures["accounts"]! >= 2, figures.ToJsonString());
        Assert.Equal(1, (int)figures["rotations"]!["open"]!);
        (await bridge.PatchAsync("/ServiceAccounts/" + id, ApiBridge.Operation("remove", "credentials", null))).Is(HttpStatusCode.BadRequest, "mutability");
        (await bridge.DeleteAsync("/ServiceAccounts/" + id)).Is(HttpStatusCode.Forbidden);

        // Nor is the proof of the end of their access one before that.
        var proof = (await bridge.SendAsync("GET", $"{Admin(bridge)}/leavers/{ann}/proof", secret: admin)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal(("notVerified", "k1", "open"), (
            (string?)proof["proof"]!["conclusion"], (string?)proof["proof"]!["serviceAccounts"]![0]!["credential"], (string?)proof["proof"]!["serviceAccounts"]![0]!["state"]));
        var keys = (await bridge.SendAsync("GET", Root(bridge) + "/.well-known/jwks.json")).Is(HttpStatusCode.OK).Body!.ToJsonString();
        Assert.Empty(await VerifyCommand.FaultsAsync((string)proof["signature"]!, keys, None));
        var document = proof["proof"]!.AsObject();
        document["serviceAccounts"]![0]!["state"] = "verified";
        document["conclusion"] = "verified";
        Assert.NotEmpty(LeaverProofCheck.Faults(document));
        var shown = await TextAsync(HttpMethod.Get, $"{Admin(bridge)}/leavers/{ann}/proof", admin, "text/html");
        Assert.Contains("Credentials of service accounts that they know", shown.Text, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Account_that_nobody_is_found_for_stands_on_the_queue_until_somebody_accepts(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var admin = await bridge.TokenAsync("strict", "desk", Scopes.AdminRead, Scopes.AdminOperate);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"), TestBridge.Row("4", "Di", "Moe"));
        var (ann, di) = (await bridge.FindAsync("ann.holt@corp.example"), await bridge.FindAsync("di.moe@corp.example"));
        var id = (await bridge.PostAsync("/ServiceAccounts", Account(1, ann, di))).Is(HttpStatusCode.Created).Id;
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", status: "T"), TestBridge.Row("4", "Di", "Moe"));

        var queue = (await bridge.SendAsync("GET", $"{Admin(bridge)}/service-accounts/orphans", secret: admin)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal("night watch", (string?)queue["dutyGroup"]);
        // What the bridge signs with, and the tokens that it gave out, stand there too: nobody is configured to answer for them.
        var orphan = Assert.Single(queue["orphans"]!.AsArray(), o => !((string)o!["displayName"]!).StartsWith("bridge ", StringComparison.Ordinal))!;
        Assert.Equal((id, false, "sponsor"), ((string?)orphan["id"], (bool)orphan["isLate"]!, (string?)orphan["roles"]![0]));

        var found = await bridge.UserAsync("found");
        // Two people answer at criticality 1.
        (await SayAsync(bridge, admin, id, "accept", new JsonObject { ["role"] = "sponsor", ["person"] = di })).Is(HttpStatusCode.Conflict);
        var accepted = (await SayAsync(bridge, admin, id, "accept", new JsonObject { ["role"] = "sponsor", ["person"] = found })).Is(HttpStatusCode.OK).Body!;
        Assert.Equal("active", (string?)accepted["state"]);
        (await SayAsync(bridge, admin, id, "attest", new JsonObject { ["person"] = found })).Is(HttpStatusCode.OK);
        (await SayAsync(bridge, admin, id, "attest", new JsonObject { ["person"] = ann })).Is(HttpStatusCode.Conflict);
        Assert.DoesNotContain(
            (await bridge.SendAsync("GET", $"{Admin(bridge)}/service-accounts/orphans", secret: admin)).Body!["orphans"]!.AsArray(), o => (string?)o!["id"] == id);
        Assert.Contains((await bridge.JournalAsync(id)).Select(e => e.Kind), k => k == "serviceAccount.handedOver");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Co_sponsor_is_asked_first_once_they_have_accepted(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var admin = await bridge.TokenAsync("strict", "desk", Scopes.AdminRead, Scopes.AdminOperate);
        var (ann, bo, cy) = (await bridge.UserAsync("ann"), await bridge.UserAsync("bo"), await bridge.UserAsync("cy"));
        var id = (await bridge.PostAsync("/ServiceAccounts", Account(3, ann, bo, a => a["coSponsors"] = new JsonArray(new JsonObject { ["value"] = cy })))).Id;
        Assert.Null((await bridge.GetAsync("/ServiceAccounts/" + id)).Body!["coSponsors"]![0]!["acceptedAt"]);
        (await SayAsync(bridge, admin, id, "accept", new JsonObject { ["role"] = "coSponsor", ["person"] = cy })).Is(HttpStatusCode.OK);
        Assert.NotNull((await bridge.GetAsync("/ServiceAccounts/" + id)).Body!["coSponsors"]![0]!["acceptedAt"]);
        (await SayAsync(bridge, admin, id, "accept", new JsonObject { ["role"] = "coSponsor", ["person"] = cy })).Is(HttpStatusCode.Conflict);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Campaign_asks_for_what_a_filter_selects_and_shows_how_far_it_is(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var admin = await bridge.TokenAsync("strict", "desk", Scopes.AdminRead, Scopes.AdminOperate);
        var (ann, bo) = (await bridge.UserAsync("ann"), await bridge.UserAsync("bo"));
        var ids = new List<string>();
        foreach (var criticality in (int[])[2, 3, 3])
            ids.Add((await bridge.PostAsync("/ServiceAccounts", Account(criticality, ann, bo))).Is(HttpStatusCode.Created).Id);
        var campaign = new JsonObject { ["filter"] = "criticality eq 3 and kind eq \"serviceAccount\"", ["by"] = "2199-01-01T00:00:00Z" };

        // Both were confirmed when they were made: they are not half a year old.
        campaign["olderThanDays"] = 180;
        Assert.Equal(0, (int)(await bridge.SendAsync("POST", $"{Admin(bridge)}/recertifications", campaign, admin)).Is(HttpStatusCode.Created).Body!["asked"]!);
        campaign["olderThanDays"] = 0;
        var begun = (await bridge.SendAsync("POST", $"{Admin(bridge)}/recertifications", campaign, admin)).Is(HttpStatusCode.Created).Body!;
        Assert.Equal((2, 0, 2), ((int)begun["asked"]!, (int)begun["attested"]!, (int)begun["open"]!));
        Assert.Equal("attestationDue", (string?)(await bridge.GetAsync("/ServiceAccounts/" + ids[1])).Body!["state"]);
        Assert.Equal("active", (string?)(await bridge.GetAsync("/ServiceAccounts/" + ids[0])).Body!["state"]);

        (await SayAsync(bridge, admin, ids[1], "attest", new JsonObject { ["person"] = ann })).Is(HttpStatusCode.OK);
        var now = (await bridge.SendAsync("GET", $"{Admin(bridge)}/recertifications/{(string)begun["id"]!}", secret: admin)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal((2, 1, 1, 0), ((int)now["asked"]!, (int)now["attested"]!, (int)now["open"]!, (int)now["ended"]!));
        Assert.Equal(2, (await bridge.SendAsync("GET", $"{Admin(bridge)}/recertifications", secret: admin)).Body!["recertifications"]!.AsArray().Count);
    }

    [Fact]
    public async Task Whatever_is_wrong_is_refused_and_changes_nothing()
    {
        await using var bridge = await StartAsync(DatabaseKind.Sqlite);
        var admin = await bridge.TokenAsync("strict", "desk", Scopes.AdminRead, Scopes.AdminOperate, Scopes.ScimRead, Scopes.ScimWrite);
        var (ann, bo) = (await bridge.UserAsync("ann"), await bridge.UserAsync("bo"));
        var inactive = await bridge.UserAsync("gone", u => u["active"] = false);
        var id = (await bridge.PostAsync("/ServiceAccounts", Account(1, ann, bo, a => (a["target"], a["remoteId"]) = ("aws", "r1")))).Is(HttpStatusCode.Created).Id;
        var wrong = new List<string>();
        using var http = new HttpClient();
        foreach (var vector in JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Sponsorship", "bad-input.json")))!.AsArray())
        {
            var path = Filled((string)vector!["path"]!);
            using var request = new HttpRequestMessage(
                new HttpMethod((string)vector["method"]!), path.StartsWith("/admin", StringComparison.Ordinal) ? Root(bridge) + path : bridge.Url + path);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", admin);
            if (vector["body"] is { } body)
                request.Content = new StringContent(Filled(body is JsonValue text ? (string)text! : body.ToJsonString()), System.Text.Encoding.UTF8, "application/scim+json");
            using var response = await http.SendAsync(request);
            var answer = await response.Content.ReadAsStringAsync();
            var (status, type) = ((int)response.StatusCode, answer.Length == 0 ? null : (string?)JsonNode.Parse(answer)!["scimType"]);
            if (status != (int)vector["status"]! || type != (string?)vector["scimType"])
                wrong.Add($"{vector["name"]}: {status} {type} {answer}");
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
        Assert.Equal([id], (await bridge.ListAsync("/ServiceAccounts?filter=kind eq \"serviceAccount\"")).Select(a => a.Id));
        Assert.Equal("W/\"1\"", (string?)(await bridge.GetAsync("/ServiceAccounts/" + id)).Body!["meta"]!["version"]);

        string Filled(string text) => text.Replace("{ann}", ann, StringComparison.Ordinal).Replace("{bo}", bo, StringComparison.Ordinal)
            .Replace("{gone}", inactive, StringComparison.Ordinal).Replace("{account}", id, StringComparison.Ordinal).Replace("{schema}", Schema, StringComparison.Ordinal);
    }

    private static Task<ApiBridge> StartAsync(DatabaseKind kind) => ApiBridge.StartAsync(kind, adjust: ServiceAccounts.On);

    private static JsonObject Account(int criticality, string sponsor, string owner, Action<JsonObject>? adjust = null)
    {
        var account = new JsonObject
        {
            ["schemas"] = new JsonArray(Schema), ["displayName"] = "billing", ["kind"] = "serviceAccount", ["criticality"] = criticality,
            ["sponsors"] = new JsonArray(new JsonObject { ["value"] = sponsor }), ["owners"] = new JsonArray(new JsonObject { ["value"] = owner }),
        };
        adjust?.Invoke(account);
        return account;
    }

    private static async Task<JsonObject> UnderWayAsync(ApiBridge bridge, string admin, string id) =>
        (await bridge.SendAsync("GET", $"{Admin(bridge)}/service-accounts/{id}", secret: admin)).Is(HttpStatusCode.OK).Body!["underWay"]!.AsObject();

    private static Task<ApiAnswer> SayAsync(ApiBridge bridge, string admin, string id, string what, JsonObject body) =>
        bridge.SendAsync("POST", $"{Admin(bridge)}/service-accounts/{id}/{what}", body, admin);

    private static async Task<(HttpStatusCode Status, string Text)> TextAsync(HttpMethod method, string url, string? secret, string accept, string? form = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, url);
        if (secret is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        request.Headers.Accept.ParseAdd(accept);
        if (form is not null)
            request.Content = new StringContent(form, System.Text.Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await http.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static string Root(ApiBridge bridge) => new Uri(bridge.Url).GetLeftPart(UriPartial.Authority);

    private static string Admin(ApiBridge bridge) => Root(bridge) + "/admin/v1";
}
