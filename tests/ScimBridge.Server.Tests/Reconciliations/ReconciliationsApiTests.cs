using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Server.Api;
using ScimBridge.Server.Tests.Api;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Reconciliations;

/// <summary>Comparisons and the question who should have access, who has it and why, over HTTP, on both databases.</summary>
public sealed class ReconciliationsApiTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Comparison_is_asked_for_watched_and_read_page_by_page_and_as_a_file(DatabaseKind kind)
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new ScimTargetOptions("corp", "secret")] });
        await using var bridge = await StartAsync(kind, sandbox);
        await DeliveredAsync(bridge, sandbox, 5);
        using var http = await ClientAsync(bridge);
        await DriftAsync(sandbox);

        var asked = await SendAsync(http, HttpMethod.Post, "reconciliations", """{"target":"corp","mode":"report"}""", HttpStatusCode.Accepted);
        var id = (string)asked["reconciliations"]![0]!["id"]!;
        var over = await EndAsync(http, id);

        Assert.Equal(("done", "full", "report", 3L), ((string)over["state"]!, (string)over["scope"]!, (string)over["mode"]!, (long)over["differences"]!));
        Assert.Equal((5, 1), ((int)over["counts"]!["users"]! - 1, (int)over["counts"]!["open"]!["orphan"]!));
        var all = (await SendAsync(http, HttpMethod.Get, $"reconciliations/{id}/differences"))["differences"]!.AsArray();
        Assert.Equal(["attributeDrift", "attributeDrift", "orphan"], all.Select(d => (string)d!["kind"]!).Order(StringComparer.Ordinal));
        var first = await SendAsync(http, HttpMethod.Get, $"reconciliations/{id}/differences?count=1");
        var rest = await SendAsync(http, HttpMethod.Get, $"reconciliations/{id}/differences?count=2&after={first["next"]}");
        Assert.Equal(all.Select(d => (long)d!["number"]!), new[] { first, rest }.SelectMany(p => p["differences"]!.AsArray()).Select(d => (long)d!["number"]!));
        var filter = Uri.EscapeDataString("kind eq \"attributeDrift\" and what eq \"title\"");
        Assert.Equal("title", (string)Assert.Single((await SendAsync(http, HttpMethod.Get, $"reconciliations/{id}/differences?filter={filter}"))["differences"]!.AsArray())!["what"]![0]!);
        await SendAsync(http, HttpMethod.Get, $"reconciliations/{id}/differences?filter=nobody%20eq%201", status: HttpStatusCode.BadRequest);

        var csv = await TextAsync(http, $"reconciliations/{id}/differences", "text/csv");
        Assert.Equal(4, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.StartsWith("number,kind,standing,about,resource,account,group,what,because\r\n", csv, StringComparison.Ordinal);
        var lines = (await TextAsync(http, $"reconciliations/{id}/differences", "application/x-ndjson")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(all.Select(d => d!.ToJsonString()), lines.Select(l => JsonNode.Parse(l)!.ToJsonString()));
        Assert.Equal(id, (string)(await SendAsync(http, HttpMethod.Get, "reconciliations?target=corp"))["reconciliations"]![0]!["id"]!);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_cannot_be_compared_is_refused_in_words(DatabaseKind kind)
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new ScimTargetOptions("corp", "secret")] });
        await using var bridge = await StartAsync(kind, sandbox);
        using var http = await ClientAsync(bridge);
        foreach (var (body, status) in new[]
        {
            ("""{"target":"nobody"}""", HttpStatusCode.NotFound),
            ("""{"target":"corp","mode":"destroy"}""", HttpStatusCode.BadRequest),
            ("""{"target":"corp","scope":"some"}""", HttpStatusCode.BadRequest),
            ("""{"target":"corp","scope":"delta"}""", HttpStatusCode.Conflict),
            ("""{"worker":"019d0000-0000-7000-8000-000000000001"}""", HttpStatusCode.NotFound),
            ("""{"worker":"nobody"}""", HttpStatusCode.NotFound),
            ("""{"tarjet":"corp"}""", HttpStatusCode.BadRequest),
            ("""{"target":7}""", HttpStatusCode.BadRequest),
        })
        {
            Assert.NotEmpty((string)(await SendAsync(http, HttpMethod.Post, "reconciliations", body, status))["detail"]!);
        }

        await SendAsync(http, HttpMethod.Get, "reconciliations/nobody", status: HttpStatusCode.NotFound);
        await SendAsync(http, HttpMethod.Get, "workers/nobody/access", status: HttpStatusCode.NotFound);
        Assert.Empty((await SendAsync(http, HttpMethod.Get, "reconciliations"))["reconciliations"]!.AsArray());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_should_have_access_who_has_it_since_when_and_why(DatabaseKind kind)
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new ScimTargetOptions("corp", "secret")] });
        await using var bridge = await StartAsync(kind, sandbox);
        await DeliveredAsync(bridge, sandbox, 5);
        await bridge.ImportAsync([.. Rows(5, leaver: 4)]);
        for (var i = 0; i < 600 && sandbox.Target("corp").Users().Count(u => u.Active) > 4; i++)
            await Task.Delay(50);
        using var http = await ClientAsync(bridge);
        await DriftAsync(sandbox);
        var asked = await SendAsync(http, HttpMethod.Post, "reconciliations", """{"target":"corp"}""", HttpStatusCode.Accepted);
        await EndAsync(http, (string)asked["reconciliations"]![0]!["id"]!);

        var people = (await SendAsync(http, HttpMethod.Get, "access"))["people"]!.AsArray().ToDictionary(p => (string)p!["workerId"]!, p => p!);
        Assert.Equal(5, people.Count);
        var ann = people["1"]["targets"]![0]!;
        Assert.Equal((true, true), ((bool)ann["shouldHave"]!, (bool)ann["has"]!));
        Assert.NotNull(ann["since"]);
        Assert.NotNull(ann["comparedAt"]);
        Assert.Equal((true, true), ((bool)ann["memberships"]![0]!["shouldHave"]!, (bool)ann["memberships"]![0]!["has"]!));
        Assert.Equal(64, ((string)people["1"]["record"]!["hash"]!).Length);
        Assert.Equal((2, "joiner"), ((int)people["1"]["record"]!["row"]!, (string)people["1"]["rule"]!));
        // Disabled there, and should not be.
        Assert.Equal((true, false), ((bool)people["2"]["targets"]![0]!["shouldHave"]!, (bool)people["2"]["targets"]![0]!["has"]!));
        var left = people["4"]["targets"]![0]!;
        Assert.Equal((false, false), ((bool)left["shouldHave"]!, (bool)left["has"]!));
        Assert.StartsWith("/admin/v1/leavers/", (string)left["proof"]!, StringComparison.Ordinal);
        using var proof = await http.GetAsync(new Uri((string)left["proof"]!, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, proof.StatusCode);

        var one = await SendAsync(http, HttpMethod.Get, $"workers/{people["1"]["user"]}/access");
        Assert.Equal(people["1"].ToJsonString(), one.ToJsonString());
        var filter = Uri.EscapeDataString("active eq false");
        Assert.Equal("4", (string)Assert.Single((await SendAsync(http, HttpMethod.Get, $"access?filter={filter}"))["people"]!.AsArray())!["workerId"]!);
        var page = await SendAsync(http, HttpMethod.Get, "access?count=3");
        Assert.Equal(2, (await SendAsync(http, HttpMethod.Get, $"access?count=3&after={page["next"]}"))["people"]!.AsArray().Count);
        var csv = (await TextAsync(http, "access", "text/csv")).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(1 + 5 + 4, csv.Length);
        Assert.Equal(5, (await TextAsync(http, "access", "application/x-ndjson")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_is_too_much_at_once_is_shown_as_a_hold_and_goes_on_when_it_is_approved(DatabaseKind kind)
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new ScimTargetOptions("corp", "secret")] });
        await using var bridge = await StartAsync(
            kind, sandbox, corp => corp["reconcile"] = new JsonObject { ["limit"] = new JsonObject { ["atLeast"] = 1, ["percent"] = 0 } });
        await DeliveredAsync(bridge, sandbox, 5);
        using var http = await ClientAsync(bridge);
        await DriftAsync(sandbox);
        var asked = await SendAsync(http, HttpMethod.Post, "reconciliations", """{"target":"corp","mode":"enforce"}""", HttpStatusCode.Accepted);
        var id = (string)asked["reconciliations"]![0]!["id"]!;
        Assert.Equal("held", (string)(await EndAsync(http, id))["state"]!);

        var hold = Assert.Single((await SendAsync(http, HttpMethod.Get, "holds?state=open"))["holds"]!.AsArray())!;
        Assert.Equal(("reconciliation", id, 2L), ((string)hold["kind"]!, (string)hold["batch"]!, (long)hold["records"]!));
        Assert.Null(hold["expiresAt"]);
        Assert.Equal(3, (await SendAsync(http, HttpMethod.Get, $"holds/{hold["id"]}"))["items"]!.AsArray().Count);
        await SendAsync(http, HttpMethod.Post, $"holds/{hold["id"]}/approve", """{"items":["1"]}""", HttpStatusCode.BadRequest);
        Assert.Equal("decided", (string)(await SendAsync(http, HttpMethod.Post, $"holds/{hold["id"]}/approve", ""))["state"]!);

        Assert.Equal(("done", 2), ((string)(await EndAsync(http, id))["state"]!, (int)(await EndAsync(http, id))["counts"]!["enforced"]!));
        for (var i = 0; i < 600 && !sandbox.Target("corp").FindUser("given2.family2@corp.example")!.Active; i++)
            await Task.Delay(50);
        Assert.True(sandbox.Target("corp").FindUser("given2.family2@corp.example")!.Active);
    }

    private static Task<ApiBridge> StartAsync(DatabaseKind kind, SandboxHost sandbox, Action<JsonNode>? adjust = null) => ApiBridge.StartAsync(kind, adjust: json =>
    {
        json["targets"]!["corp"] = new JsonObject
        {
            ["kind"] = "scim", ["mode"] = "enforce", ["baseUrl"] = sandbox.ScimAddress("corp").ToString(), ["token"] = new JsonObject { ["value"] = "secret" },
            ["allowPrivateAddresses"] = true,
        };
        json["sources"]!["hr"]!["safety"] = new JsonObject { ["enabled"] = false };
        adjust?.Invoke(json["targets"]!["corp"]!);
    });

    private static IEnumerable<string> Rows(int people, int leaver = 0) =>
        Enumerable.Range(1, people).Select(i => TestBridge.Row($"{i}", $"Given{i}", $"Family{i}", status: i == leaver ? "T" : "A"));

    private static async Task DeliveredAsync(ApiBridge bridge, SandboxHost sandbox, int people)
    {
        await bridge.ImportAsync([.. Rows(people)]);
        var due = new DueCount(1, 0);
        for (var i = 0; i < 600 && (sandbox.Target("corp").UserCount < people || due.Waiting > 0); i++)
        {
            await Task.Delay(50);
            due = await bridge.Database.ReadAsync(s => DueStore.CountAsync(s, "corp", CancellationToken.None), CancellationToken.None);
        }

        Assert.Equal((people, 0L), (sandbox.Target("corp").UserCount, due.Waiting));
    }

    // One called something else, one disabled, one that nobody has.
    private static async Task DriftAsync(SandboxHost sandbox)
    {
        using var http = new HttpClient { BaseAddress = sandbox.ScimAddress("corp") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        var users = sandbox.Target("corp").Users().ToDictionary(u => u.UserName, u => u.Id, StringComparer.Ordinal);
        await ScimAsync(HttpMethod.Patch, "Users/" + users["given3.family3@corp.example"], Replace("title", "Emperor"));
        await ScimAsync(HttpMethod.Patch, "Users/" + users["given2.family2@corp.example"], Replace("active", false));
        await ScimAsync(HttpMethod.Post, "Users", new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:User"), ["userName"] = "by.hand@corp.example", ["active"] = true,
        });

        static JsonObject Replace(string path, JsonNode value) => new()
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
            ["Operations"] = new JsonArray(new JsonObject { ["op"] = "replace", ["path"] = path, ["value"] = value }),
        };

        async Task ScimAsync(HttpMethod method, string path, JsonObject body)
        {
            using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/scim+json") };
            using var response = await http.SendAsync(request);
            Assert.True(response.IsSuccessStatusCode);
        }
    }

    private static async Task<HttpClient> ClientAsync(ApiBridge bridge)
    {
        var secret = await bridge.TokenAsync("strict", "admin", Scopes.AdminRead, Scopes.AdminOperate, Scopes.AdminApprove);
        var http = new HttpClient { BaseAddress = new Uri(new Uri(bridge.Url), "/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        return http;
    }

    private static async Task<JsonNode> EndAsync(HttpClient http, string id)
    {
        for (var i = 0; i < 600; i++)
        {
            var now = await SendAsync(http, HttpMethod.Get, $"reconciliations/{id}");
            if ((string)now["state"]! is not ("waiting" or "running"))
                return now;
            await Task.Delay(50);
        }

        throw new InvalidOperationException("The reconciliation never came to its end.");
    }

    private static async Task<JsonNode> SendAsync(
        HttpClient http, HttpMethod method, string path, string? body = null, HttpStatusCode status = HttpStatusCode.OK)
    {
        using var request = new HttpRequestMessage(method, "admin/v1/" + path);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    private static async Task<string> TextAsync(HttpClient http, string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "admin/v1/" + path);
        request.Headers.Accept.ParseAdd(accept);
        using var response = await http.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, accept), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        return await response.Content.ReadAsStringAsync();
    }
}
