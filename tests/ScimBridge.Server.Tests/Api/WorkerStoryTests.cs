using System.Net;
using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Fixtures;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Server.Api;

namespace ScimBridge.Server.Tests.Api;

/// <summary>One worker from the hire to the proof, over the API: what HR said, by which rule, what was called and what it answered, what was proven.</summary>
public sealed class WorkerStoryTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Story_runs_from_the_record_over_the_rule_and_the_call_to_the_proof(DatabaseKind kind)
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new ScimTargetOptions("corp", "secret")] });
        var corp = sandbox.Target("corp");
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: json =>
        {
            json["targets"] = TestBridge.Configure(kind, "", sandbox.ScimAddress("corp").ToString())["targets"]!.DeepClone();
            json["groups"] = JsonNode.Parse("""
                { "sellers": { "displayName": "Sellers", "where": "department eq \"Sales\"" }, "lawyers": { "displayName": "Lawyers", "where": "department eq \"Legal\"" } }
                """);
        });
        var admin = await bridge.TokenAsync("strict", "admin", Scopes.AdminRead);
        // The first call fails.
        corp.Faults.Add(new FaultRule { Kind = FaultKind.Error, Status = 503, Method = "POST", PathContains = "/Users", Next = 1 });
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        await UntilAsync("the hire is in her group", () => corp.Groups().Any(g => g.DisplayName == "Sellers" && g.Members.Count == 1));
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", department: "Legal"));
        await UntilAsync("the move is done", () => corp.Groups().Any(g => g.DisplayName == "Lawyers" && g.Members.Count == 1)
            && corp.Groups().All(g => g.DisplayName != "Sellers" || g.Members.Count == 0));
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", department: "Legal", status: "T"));
        var story = new List<JsonNode>();
        for (var i = 0; i < 1_500 && !story.Exists(e => (string)e["what"]! == "revocation.closed"); i++)
        {
            await Task.Delay(20);
            story = (await StoryAsync(bridge, admin, "?count=1000")).Entries;
        }

        // What was done, in the order in which it was; what several targets or drains do at once has no order of its own.
        var batches = story.Where(e => (string)e["what"]! == "record").Select(e => (string)e["batch"]!).ToList();
        Assert.Equal(3, batches.Count);
        string[] Of(int batch) => [.. story.Where(e => (string)e["correlation"]! == batches[batch]).Select(e => (string)e["what"]!)];
        Assert.Equal(
            ["record", "worker.hired", "user.created", "worker.decided", "account.failed", "account.created", "account.joined"],
            Of(0).Where(w => w != "account.updated"));
        Assert.Equal(["record", "worker.moved", "user.updated", "worker.decided"], Of(1).Take(4));
        Assert.Equal(["account.joined", "account.left", "account.updated"], Of(1).Skip(4).Order(StringComparer.Ordinal));
        Assert.Equal(["record", "worker.terminationEffective", "user.updated", "worker.decided", "revocation.opened"], Of(2).Take(5));
        foreach (var what in new[] { "account.disabled", "account.left", "proof", "revocation.verified", "revocation.closed" })
            Assert.Contains(what, Of(2));
        Assert.Equal(story.Count, Enumerable.Range(0, 3).Sum(b => Of(b).Length));

        // By which rule, and into which group.
        Assert.Equal(
            [("joiner", "Sellers", "sellers"), ("atWork", "Lawyers", "lawyers")],
            story.Where(e => (string)e["what"]! == "worker.decided").Take(2).Select(e => e["data"]!)
                .Select(d => ((string)d["rule"]!, (string)d["joins"]![0]!["displayName"]!, (string)d["joins"]![0]!["rule"]!)));
        var failed = Data("account.failed");
        Assert.Equal(("corp", "create", 503, 1), ((string)failed["target"]!, (string)failed["plan"]!["operation"]!, (int)failed["status"]!, (int)failed["tries"]!));
        Assert.Equal(("POST Users", 503), Call(failed));
        Assert.Equal(("POST Users", 201), Call(Data("account.created")));
        Assert.Equal("Sellers", (string)Data("account.joined")["group"]!["displayName"]!);
        Assert.Equal("disable", (string)Data("account.disabled")["plan"]!["operation"]!);

        // Each proof hangs on the one before, and the case closes with the hash of the last.
        var proofs = story.Where(e => (string)e["what"]! == "proof").ToList();
        Assert.All(proofs, p => Assert.Equal("corp", (string)p["data"]!["target"]!));
        Assert.Equal(proofs.Skip(1).Select(p => (string)p["data"]!["previous"]!), proofs.SkipLast(1).Select(p => (string)p["data"]!["hash"]!));
        Assert.Contains((string)Data("revocation.closed")["head"]!, proofs.Select(p => (string)p["data"]!["hash"]!));
        Assert.All(story, e => Assert.Contains((string)e["stage"]!, new[] { "record", "event", "decision", "resource", "call", "proof" }));
        // HR's own record aside, nobody is named.
        Assert.DoesNotContain(story.Where(e => (string)e["stage"]! != "record"), e => e.ToJsonString().Contains("holt", StringComparison.OrdinalIgnoreCase));

        // As of an instant nothing is told that came later, and page by page it is the same.
        foreach (var at in story.Select(e => (string)e["at"]!).Distinct(StringComparer.Ordinal))
        {
            var (entries, then) = await StoryAsync(bridge, admin, $"?count=1000&at={at}");
            Assert.All(entries, e => Assert.True(InstantPattern.ExtendedIso.Parse((string)e["at"]!).Value <= InstantPattern.ExtendedIso.Parse(at).Value));
            Assert.Equal(story.Take(entries.Count).Select(Text), entries.Select(Text));
            Assert.False(then.ContainsKey("accounts"));
        }

        var paged = new List<JsonNode>();
        for (string? cursor = ""; cursor is not null && paged.Count < 1_000;)
        {
            var (entries, page) = await StoryAsync(bridge, admin, "?count=3" + (cursor.Length == 0 ? "" : "&cursor=" + cursor));
            paged.AddRange(entries);
            cursor = (string?)page["next"];
        }

        Assert.Equal(story.Select(Text), paged.Take(story.Count).Select(Text));

        JsonNode Data(string what) => story.First(e => (string)e["what"]! == what)["data"]!;
    }

    private static (string, int) Call(JsonNode data) => data["calls"]!.AsArray().Select(c => ((string)c!["call"]!, (int)c["status"]!)).Last();

    private static string Text(JsonNode entry) => entry.ToJsonString();

    private static async Task<(List<JsonNode> Entries, JsonObject Body)> StoryAsync(ApiBridge bridge, string admin, string query)
    {
        var root = bridge.Url.Replace("/scim/v2", "", StringComparison.Ordinal);
        var body = (await bridge.SendAsync("GET", $"{root}/admin/v1/sources/hr/workers/1/timeline{query}", secret: admin)).Is(HttpStatusCode.OK).Body!;
        return ([.. body["entries"]!.AsArray().Select(e => e!)], body);
    }

    private static async Task UntilAsync(string what, Func<bool> isSo)
    {
        for (var i = 0; i < 1_500; i++)
        {
            if (isSo())
                return;
            await Task.Delay(20);
        }

        Assert.Fail($"It never came to be that {what}.");
    }
}
