using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Server.Api;
using ScimBridge.Server.Cli;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Tests.Api;

namespace ScimBridge.Server.Tests.Journal;

public sealed class JournalApiTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Journal_is_filtered_paged_and_checked(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var (root, admin) = (bridge.Url.Replace("/scim/v2", "", StringComparison.Ordinal), await bridge.TokenAsync("strict", "admin", Scopes.AdminRead));
        var ann = await bridge.UserAsync("ann");
        await bridge.UserAsync("bob");
        await bridge.PatchAsync($"/Users/{ann}", ApiBridge.Operation("replace", "title", "Engineer"));

        async Task<JsonObject> GetAsync(string query) => (await bridge.SendAsync("GET", $"{root}/admin/v1/journal{query}", secret: admin)).Is(HttpStatusCode.OK).Body!;

        var all = (await GetAsync("?filter=" + Uri.EscapeDataString("kind sw \"user.\"")))["entries"]!.AsArray();
        Assert.Equal(["user.created", "user.created", "user.updated"], all.Select(e => (string?)e!["kind"]));
        var update = Assert.Single((await GetAsync("?filter=" + Uri.EscapeDataString($"subject eq \"{ann}\" and actor eq \"client:tester\" and kind eq \"user.updated\"")))["entries"]!.AsArray())!;
        Assert.Equal("Engineer", (string?)update["detail"]!["after"]!["title"]);
        Assert.Null(update["detail"]!["before"]!["title"]);
        var correlated = (await GetAsync("?filter=" + Uri.EscapeDataString($"correlation eq \"{update["correlation"]}\"")))["entries"]!.AsArray();
        Assert.Equal((long)update["seq"]!, (long)Assert.Single(correlated)!["seq"]!);
        Assert.Empty((await GetAsync("?filter=" + Uri.EscapeDataString("at gt \"2100-01-01T00:00:00Z\"")))["entries"]!.AsArray());
        Assert.Equal(3, (await GetAsync("?filter=" + Uri.EscapeDataString("kind sw \"user.\" and at ge \"2020-01-01T00:00:00Z\"")))["entries"]!.AsArray().Count);

        var paged = new List<long>();
        for (string? cursor = "0"; cursor is not null;)
        {
            var page = await GetAsync($"?count=1&cursor={cursor}");
            paged.AddRange(page["entries"]!.AsArray().Select(e => (long)e!["seq"]!));
            cursor = (string?)page["next"];
        }

        Assert.Equal(paged.Order().Distinct(), paged);
        Assert.True(paged.Count >= 3);
        (await bridge.SendAsync("GET", $"{root}/admin/v1/journal?filter=" + Uri.EscapeDataString("data co \"x\""), secret: admin)).Is(HttpStatusCode.BadRequest, "invalidFilter");
        (await bridge.SendAsync("GET", $"{root}/admin/v1/journal?filter=" + Uri.EscapeDataString("id eq \"x\""), secret: admin)).Is(HttpStatusCode.BadRequest, "invalidFilter");
        (await bridge.SendAsync("GET", $"{root}/admin/v1/journal")).Is(HttpStatusCode.Forbidden);
        Assert.True((bool)(await GetAsync("/verify"))["sound"]!);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Exports_have_a_line_for_each_entry(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var (root, admin) = (bridge.Url.Replace("/scim/v2", "", StringComparison.Ordinal), await bridge.TokenAsync("strict", "admin", Scopes.AdminRead));
        await bridge.UserAsync("ann");
        await bridge.UserAsync("bob");
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", admin);
        var filter = Uri.EscapeDataString("kind eq \"user.created\"");

        var csv = await http.GetStringAsync(new Uri($"{root}/admin/v1/journal?format=csv&filter={filter}"));
        var lines = csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("seq,at,kind,subject,actor,correlation,data", lines[0]);
        Assert.Equal(3, lines.Length);
        var json = await http.GetStringAsync(new Uri($"{root}/admin/v1/journal?format=ndjson&filter={filter}"));
        Assert.All(json.Split('\n', StringSplitOptions.RemoveEmptyEntries), l => Assert.Equal("user.created", (string?)JsonNode.Parse(l)!["kind"]));
        (await bridge.SendAsync("GET", $"{root}/admin/v1/journal?format=xml", secret: admin)).Is(HttpStatusCode.BadRequest, "invalidValue");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Pack_is_made_downloaded_checked_and_printed(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var root = bridge.Url.Replace("/scim/v2", "", StringComparison.Ordinal);
        var admin = await bridge.TokenAsync("strict", "admin", Scopes.AdminRead, Scopes.AdminOperate);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "<Holt>"), TestBridge.Row("2", "Bob", "Dahl"));

        Task<ApiAnswer> PostAsync(JsonObject body) => bridge.SendAsync("POST", $"{root}/admin/v1/evidence-packs", body, admin);

        var made = (await PostAsync(new JsonObject { ["from"] = "2020-01-01T00:00:00Z", ["to"] = "2100-01-01T00:00:00Z" })).Is(HttpStatusCode.Created);
        Assert.Equal($"/admin/v1/evidence-packs/{made.Id}", made.Location);
        Assert.Equal(2, (int)made.Body!["figures"]!["access"]!["Active"]!);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", admin);
        var pack = await http.GetByteArrayAsync(new Uri(root + made.Location));
        Assert.Empty(VerifyCommand.PackFaults(new MemoryStream(pack), await bridge.Get<SigningKeys>().JwksAsync(CancellationToken.None)));
        var report = await http.GetStringAsync(new Uri($"{root}{made.Location}/report"));
        Assert.Contains("PR.AA-05", report, StringComparison.Ordinal);
        Assert.EndsWith("</html>", report, StringComparison.Ordinal);
        var listed = (await bridge.SendAsync("GET", $"{root}/admin/v1/evidence-packs", secret: admin)).Is(HttpStatusCode.OK).Body!["packs"]!.AsArray();
        Assert.Equal(made.Id, (string?)Assert.Single(listed)!["id"]);
        // Before it was made, everything was signed.
        var anchors = (await bridge.SendAsync("GET", $"{root}/admin/v1/journal/anchors", secret: admin)).Is(HttpStatusCode.OK).Body!["anchors"]!.AsArray();
        Assert.NotEmpty(anchors);
        Assert.NotNull(JournalAnchor.Open((string)anchors[^1]!["signature"]!, new PublicKeys(await bridge.Get<SigningKeys>().JwksAsync(CancellationToken.None)), out _));

        foreach (var (body, _) in new (JsonObject, string)[]
        {
            (new JsonObject(), "no period"), (new JsonObject { ["from"] = "2026-01-02T00:00:00Z", ["to"] = "2026-01-01T00:00:00Z" }, "the wrong way round"),
            (new JsonObject { ["from"] = 1, ["to"] = "2026-01-01T00:00:00Z" }, "no text"), (new JsonObject { ["form"] = "x" }, "a slip"),
            (new JsonObject { ["from"] = "2026-01-01T00:00:00Z", ["to"] = "2026-01-02T00:00:00Z", ["users"] = new JsonArray("ann") }, "no ids"),
        })
            (await PostAsync(body)).Is(HttpStatusCode.BadRequest, "invalidValue");
        (await bridge.SendAsync("GET", $"{root}/admin/v1/evidence-packs/{Guid.NewGuid()}", secret: admin)).Is(HttpStatusCode.NotFound);
    }
}
