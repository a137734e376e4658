using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Server.Api;

namespace ScimBridge.Server.Tests.Api;

public sealed class TargetsApiTests
{
    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task New_target_is_observed_until_somebody_lets_it_be_written_to(DatabaseKind kind)
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new ScimTargetOptions("corp", "secret")] });
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: json =>
        {
            var targets = TestBridge.Configure(kind, "", sandbox.ScimAddress("corp").ToString())["targets"]!.DeepClone().AsObject();
            targets["written"] = targets["corp"]!.DeepClone();
            targets["written"]!["baseUrl"] = "http://127.0.0.1:9/scim/v2";
            targets["corp"]!.AsObject().Remove("mode");
            json["targets"] = targets;
        });
        var admin = await bridge.TokenAsync("strict", "admin", Scopes.AdminRead, Scopes.AdminOperate, Scopes.AdminApprove);
        var operate = await bridge.TokenAsync("strict", "operator", Scopes.AdminRead, Scopes.AdminOperate);
        var address = bridge.Url.Replace("/scim/v2", "/admin/v1/targets", StringComparison.Ordinal);
        await bridge.UserAsync("ann@corp.example");

        var corp = (await bridge.SendAsync("GET", address + "/corp", secret: admin)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal(("observe", 1), ((string?)corp["mode"], (int)corp["waiting"]!));
        (await bridge.SendAsync("POST", address + "/corp/enforce", secret: operate)).Is(HttpStatusCode.Forbidden);
        (await bridge.SendAsync("POST", address + "/written/enforce", secret: admin)).Is(HttpStatusCode.Conflict);
        (await bridge.SendAsync("POST", address + "/nobody/enforce", secret: admin)).Is(HttpStatusCode.NotFound);

        var enforced = (await bridge.SendAsync("POST", address + "/corp/enforce", secret: admin)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal("enforce", (string?)enforced["mode"]);
        (await bridge.SendAsync("POST", address + "/corp/enforce", secret: admin)).Is(HttpStatusCode.OK);
        for (var i = 0; i < 1_500 && sandbox.Target("corp").FindUser("ann@corp.example") is null; i++)
            await Task.Delay(20);
        Assert.NotNull(sandbox.Target("corp").FindUser("ann@corp.example"));
        Assert.Equal(["target.enforced"], (await bridge.JournalAsync("corp")).ConvertAll(j => j.Kind));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Observed_target_is_shown_and_its_dry_run_says_what_would_be_called(DatabaseKind kind)
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new ScimTargetOptions("corp", "secret")] });
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: json =>
        {
            var targets = TestBridge.Configure(kind, "", sandbox.ScimAddress("corp").ToString())["targets"]!.DeepClone();
            targets["corp"]!["mode"] = "observe";
            targets["corp"]!["protect"] = new JsonObject { ["userNames"] = new JsonArray("root@corp.example") };
            json["targets"] = targets;
        });
        var admin = await bridge.TokenAsync("strict", "admin", Scopes.AdminRead, Scopes.AdminOperate);
        await bridge.UserAsync("ann@corp.example");
        await bridge.UserAsync("root@corp.example");
        var address = bridge.Url.Replace("/scim/v2", "/admin/v1", StringComparison.Ordinal);

        var target = (await bridge.SendAsync("GET", address + "/targets/corp", secret: admin)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal(("observe", false, 2), ((string?)target["mode"], (bool)target["away"]!, (int)target["waiting"]!));
        var dry = (await bridge.SendAsync("GET", address + "/targets/corp/dryrun?match=true", secret: admin)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal((1, 1, 1), ((int)dry["counts"]!["create"]!, (int)dry["counts"]!["protected"]!, (int)dry["matches"]!["missing"]!));
        Assert.Equal(0, sandbox.Target("corp").UserCount);

        Assert.Empty((await bridge.SendAsync("GET", address + "/deliveries?target=corp", secret: admin)).Is(HttpStatusCode.OK).Body!["deliveries"]!.AsArray());
        var all = new JsonObject { ["target"] = "corp", ["all"] = true };
        Assert.Equal(0, (int)(await bridge.SendAsync("POST", address + "/deliveries/retry", all, admin)).Is(HttpStatusCode.OK).Body!["retried"]!);
        (await bridge.SendAsync("POST", address + "/deliveries/retry", new JsonObject { ["target"] = "corp" }, admin)).Is(HttpStatusCode.BadRequest, "invalidValue");
        (await bridge.SendAsync("GET", address + "/deliveries?target=nobody", secret: admin)).Is(HttpStatusCode.NotFound);
        (await bridge.SendAsync("POST", address + "/deliveries/retry", all)).Is(HttpStatusCode.Forbidden);
    }
}
