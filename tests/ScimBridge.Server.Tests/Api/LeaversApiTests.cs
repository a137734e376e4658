using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Server.Api;
using ScimBridge.Server.Cli;

namespace ScimBridge.Server.Tests.Api;

/// <summary>The ends of access as an administrator sees them, end to end: the bridge runs, the target is the sandbox's.</summary>
public sealed class LeaversApiTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Leaver_has_a_proof_that_anybody_can_check_and_nobody_can_change(DatabaseKind kind)
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new ScimTargetOptions("corp", "secret")] });
        await using var bridge = await StartAsync(kind, sandbox);
        var admin = await bridge.TokenAsync("strict", "admin", Scopes.AdminRead);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        var user = await bridge.FindAsync("ann.holt@corp.example");
        await UntilAsync(() => Task.FromResult(sandbox.Target("corp").Users().Any(u => u.Active)));
        (await bridge.SendAsync("GET", $"{Admin(bridge)}/leavers/{user}/proof", secret: admin)).Is(HttpStatusCode.NotFound);

        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", status: "T"));
        await UntilAsync(async () => (string?)(await bridge.SendAsync("GET", $"{Admin(bridge)}/leavers?state=closed", secret: admin)).Body!["leavers"]!.AsArray()
            .FirstOrDefault()?["user"] == user);

        var leaver = (await bridge.SendAsync("GET", $"{Admin(bridge)}/leavers/{user}", secret: admin)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal(("verifiedExcept", "leaver", false), ((string?)leaver["conclusion"], (string?)leaver["cause"], (bool)leaver["isLate"]!));
        var answer = (await bridge.SendAsync("GET", $"{Admin(bridge)}/leavers/{(string)leaver["id"]!}/proof", secret: admin)).Is(HttpStatusCode.OK).Body!;
        var keys = (await bridge.SendAsync("GET", Root(bridge) + "/.well-known/jwks.json")).Is(HttpStatusCode.OK).Body!.ToJsonString();
        Assert.Empty(await VerifyCommand.FaultsAsync(answer.ToJsonString(), keys, CancellationToken.None));
        Assert.Empty(await VerifyCommand.FaultsAsync((string)answer["signature"]!, keys, CancellationToken.None));
        var steps = answer["proof"]!["steps"]!.AsArray();
        Assert.All(steps.Where(s => (string?)s!["state"] == "verified"), s => Assert.NotNull(s!["proof"]));
        Assert.All(steps.Where(s => (string?)s!["state"] == "unverifiable"), s => Assert.NotNull(s!["owner"]));
        Assert.DoesNotContain("ann.holt", answer.ToJsonString(), StringComparison.OrdinalIgnoreCase);

        var changed = answer.DeepClone();
        changed["proof"]!["steps"]![0]!["state"] = "failed";
        Assert.NotEmpty(await VerifyCommand.FaultsAsync(changed.ToJsonString(), keys, CancellationToken.None));
        var signature = (string)answer["signature"]!;
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var at = random.Next(signature.Length - 1);
            if (signature[at] == '.')
                continue;
            var flipped = signature[..at] + (signature[at] == 'A' ? 'B' : 'A') + signature[(at + 1)..];
            Assert.NotEmpty(await VerifyCommand.FaultsAsync(flipped, keys, CancellationToken.None));
        }

        var exposure = (await bridge.SendAsync("GET", $"{Admin(bridge)}/leavers/{user}/exposure", secret: admin)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal(("corp", true, "The target has no log that can be read."), (
            (string?)exposure["targets"]![0]!["target"], (bool)exposure["targets"]![0]!["isOver"]!, (string?)exposure["targets"]![0]!["unknownBecause"]));
        var page = await PageAsync($"{Admin(bridge)}/leavers/{user}/proof", admin);
        Assert.Empty(await VerifyCommand.FaultsAsync(SignatureOf(page), keys, CancellationToken.None));
        Assert.Contains("those named below answer", page, StringComparison.Ordinal);
        (await bridge.GetAsync($"{Admin(bridge)}/leavers")).Is(HttpStatusCode.Forbidden);
        (await bridge.SendAsync("GET", $"{Admin(bridge)}/leavers?state=gone", secret: admin)).Is(HttpStatusCode.BadRequest, "invalidValue");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Two_people_end_access_at_once_whatever_HR_says_and_one_gives_it_back_to_HR(DatabaseKind kind)
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new ScimTargetOptions("corp", "secret")] });
        await using var bridge = await StartAsync(kind, sandbox, json =>
        {
            json["revocation"] = new JsonObject { ["ordersPerHour"] = 1 };
            // Nobody may be disabled without approval: an order goes past that.
            json["targets"]!["corp"]!["guard"] = new JsonObject { ["disables"] = new JsonObject { ["atLeast"] = 0, ["atMost"] = 0, ["percent"] = 0 } };
        });
        var ann = await bridge.TokenAsync("strict", "ann", Scopes.AdminRead, Scopes.AdminOperate, Scopes.AdminApprove);
        var bob = await bridge.TokenAsync("strict", "bob", Scopes.AdminRead, Scopes.AdminApprove);
        await bridge.ImportAsync(TestBridge.Row("1", "Eve", "Holt"), TestBridge.Row("2", "Sam", "Holt"));
        var user = await bridge.FindAsync("eve.holt@corp.example");
        bool IsActive() => sandbox.Target("corp").FindUser("eve.holt@corp.example")?.Active == true;
        await UntilAsync(() => Task.FromResult(IsActive()));

        var path = $"{Admin(bridge)}/workers/{user}/revoke-now";
        (await bridge.SendAsync("POST", path, new JsonObject { ["reason"] = " " }, ann)).Is(HttpStatusCode.BadRequest, "invalidValue");
        (await bridge.SendAsync("POST", path, new JsonObject { ["reason"] = "x" }, bob)).Is(HttpStatusCode.Forbidden);
        (await bridge.SendAsync("POST", $"{Admin(bridge)}/workers/{Guid.NewGuid()}/revoke-now", new JsonObject { ["reason"] = "x" }, ann)).Is(HttpStatusCode.NotFound);
        var order = (await bridge.SendAsync("POST", path, new JsonObject { ["reason"] = "Fraud", ["forCause"] = true }, ann)).Is(HttpStatusCode.Accepted).Body!;
        Assert.Equal("waiting", (string?)order["state"]);
        var address = $"{Admin(bridge)}/orders/{(string)order["id"]!}";
        (await bridge.SendAsync("POST", address + "/approve", secret: ann)).Is(HttpStatusCode.Forbidden);
        Assert.True(IsActive());

        Assert.Equal("inForce", (string?)(await bridge.SendAsync("POST", address + "/approve", secret: bob)).Is(HttpStatusCode.OK).Body!["state"]);
        (await bridge.SendAsync("POST", address + "/approve", secret: bob)).Is(HttpStatusCode.Conflict);
        (await bridge.SendAsync("POST", path, new JsonObject { ["reason"] = "again" }, ann)).Is(HttpStatusCode.Conflict);
        await UntilAsync(() => Task.FromResult(!IsActive()));
        await UntilAsync(async () => (string?)(await bridge.SendAsync("GET", $"{Admin(bridge)}/leavers/{user}", secret: ann)).Body!["state"] == "closed");
        Assert.Equal("order", (string?)(await bridge.SendAsync("GET", $"{Admin(bridge)}/leavers/{user}", secret: ann)).Body!["cause"]);

        // HR still says that she works here, with another title by now: it does not bring her back.
        await bridge.ImportAsync(TestBridge.Row("1", "Eve", "Holt", title: "Lead"), TestBridge.Row("2", "Sam", "Holt"));
        Assert.False((bool)(await bridge.GetAsync($"/Users/{user}")).Body!["active"]!);

        // No more than one an hour.
        var sam = await bridge.FindAsync("sam.holt@corp.example");
        var second = (await bridge.SendAsync("POST", $"{Admin(bridge)}/workers/{sam}/revoke-now", new JsonObject { ["reason"] = "x" }, ann)).Is(HttpStatusCode.Accepted).Body!;
        (await bridge.SendAsync("POST", $"{Admin(bridge)}/orders/{(string)second["id"]!}/approve", secret: bob)).Is(HttpStatusCode.Conflict);
        Assert.Equal("waiting", (string?)(await bridge.SendAsync("GET", $"{Admin(bridge)}/orders/{(string)second["id"]!}", secret: bob)).Body!["state"]);

        Assert.Equal("lifted", (string?)(await bridge.SendAsync("POST", address + "/lift", secret: bob)).Is(HttpStatusCode.OK).Body!["state"]);
        (await bridge.SendAsync("POST", address + "/lift", secret: bob)).Is(HttpStatusCode.Conflict);
        await UntilAsync(() => Task.FromResult(IsActive()));
        var journal = (await bridge.JournalAsync(user)).ConvertAll(j => j.Kind);
        foreach (var noted in new[] { "order.requested", "order.approved", "order.lifted" })
            Assert.Contains(noted, journal);
        Assert.Equal(2, (await bridge.SendAsync("GET", $"{Admin(bridge)}/orders", secret: bob)).Body!["orders"]!.AsArray().Count);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task One_person_is_enough_for_cause_where_policy_says_so(DatabaseKind kind)
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new ScimTargetOptions("corp", "secret")] });
        await using var bridge = await StartAsync(kind, sandbox, json => json["revocation"] = new JsonObject { ["oneMayOrderForCause"] = true });
        var ann = await bridge.TokenAsync("strict", "ann", Scopes.AdminRead, Scopes.AdminOperate);
        await bridge.ImportAsync(TestBridge.Row("1", "Eve", "Holt"));
        var user = await bridge.FindAsync("eve.holt@corp.example");
        var path = $"{Admin(bridge)}/workers/{user}/revoke-now";

        Assert.Equal("waiting", (string?)(await bridge.SendAsync("POST", path, new JsonObject { ["reason"] = "x" }, ann)).Is(HttpStatusCode.Accepted).Body!["state"]);
        Assert.Equal("inForce", (string?)(await bridge.SendAsync("POST", path, new JsonObject { ["reason"] = "x", ["forCause"] = true }, ann)).Is(HttpStatusCode.Accepted).Body!["state"]);
        await UntilAsync(async () => !(bool)(await bridge.GetAsync($"/Users/{user}")).Body!["active"]!);
    }

    private static Task<ApiBridge> StartAsync(DatabaseKind kind, SandboxHost sandbox, Action<JsonObject>? adjust = null) => ApiBridge.StartAsync(kind, adjust: json =>
    {
        json["targets"] = TestBridge.Configure(kind, "", sandbox.ScimAddress("corp").ToString())["targets"]!.DeepClone();
        adjust?.Invoke(json);
    });

    private static string Root(ApiBridge bridge) => bridge.Url.Replace("/scim/v2", "", StringComparison.Ordinal);

    private static string Admin(ApiBridge bridge) => Root(bridge) + "/admin/v1";

    private static async Task<string> PageAsync(string url, string secret)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", secret) } };
        request.Headers.Accept.ParseAdd("text/html");
        using var response = await http.SendAsync(request);
        Assert.Equal("text/html", response.Content.Headers.ContentType!.MediaType);
        return await response.Content.ReadAsStringAsync();
    }

    private static string SignatureOf(string page)
    {
        var begin = page.LastIndexOf("<code>", StringComparison.Ordinal) + "<code>".Length;
        return page[begin..page.LastIndexOf("</code>", StringComparison.Ordinal)];
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await isSo())
                return;
            await Task.Delay(50);
        }

        Assert.Fail("It never came to be.");
    }
}
