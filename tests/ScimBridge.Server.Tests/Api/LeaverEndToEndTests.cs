using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Graph;
using ScimBridge.Sandbox.Okta;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Server.Api;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Api;

/// <summary>
/// One leaver with everything that one can hold at three targets: all of it is used before, all of it is refused after, the bridge says so
/// with a proof for each, and a return brings nothing of it back.
/// </summary>
public sealed class LeaverEndToEndTests
{
    private const string TenantId = "3f2b8c1d-5e60-4c7a-9d11-7a0b6c5d4e3f";
    private const string AppId = "0f1e2d3c-4b5a-4697-8877-665544332211";
    private const string Name = "ann.holt@corp.example";

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Everything_that_worked_before_is_refused_after_and_stays_so(DatabaseKind kind)
    {
        await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions
        {
            Targets = [new ScimTargetOptions("corp", "secret")],
            Orgs = [new OktaOptions("org", "token")],
            Tenants =
            [
                new GraphOptions("tenant", TenantId)
                {
                    Apps = [new GraphApp(AppId, [
                        "User.ReadWrite.All", "Group.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All", "AppRoleAssignment.ReadWrite.All",
                        "RoleManagement.ReadWrite.Directory", "AuditLog.Read.All",
                    ]) { Secret = "s3cret" }],
                },
            ],
        });
        await using var bridge = await ApiBridge.StartAsync(kind, adjust: json => Configure(json, kind, sandbox));
        var admin = await bridge.TokenAsync("strict", "admin", Scopes.AdminRead, Scopes.AdminOperate);
        string[] rows = [TestBridge.Row("1", "Ann", "Holt"), TestBridge.Row("2", "Bob", "Stays")];
        await bridge.ImportAsync(rows);
        var (corp, org, tenant) = (sandbox.Target("corp"), sandbox.Org("org"), sandbox.Tenant("tenant"));
        await UntilAsync("three accounts in their groups", () => corp.Groups().Sum(g => g.Members.Count) == 6 && OrgUser(org) is { } o && IsIn(org, o) == 3
            && TenantUser(tenant) is { } t && tenant.Ids("group").Count(g => tenant.MembersOf(g).Contains(t)) == 3);

        var orgUser = OrgUser(org)!;
        var tenantUser = TenantUser(tenant)!;
        var (session, personal) = (corp.SignIn(Name)!, corp.AddPersonalToken(Name)!);
        var signedIn = org.People.SignIn(orgUser)!;
        var apiToken = org.People.AddApiToken(orgUser);
        org.People.Consent(orgUser);
        org.People.AssignRole(orgUser);
        var refresh = tenant.SignIn(tenantUser);
        tenant.People.Consent(tenantUser);
        tenant.People.AssignAppRole(tenantUser);
        tenant.People.AssignDirectoryRole(tenantUser);
        using var http = new HttpClient();
        var uses = new (string What, Func<Task<bool>> IsGood)[]
        {
            ("session at the product", () => IsOkAsync(http, Product(sandbox), "Bearer " + session)),
            ("personal token at the product", () => IsOkAsync(http, Product(sandbox), "Bearer " + personal)),
            ("session at the org", () => IsOkAsync(http, new Uri(sandbox.OrgAddress("org") + "/api/v1/users/me"), authorization: null, "sid=" + signedIn.SessionId)),
            ("API token at the org", () => IsOkAsync(http, new Uri(sandbox.OrgAddress("org") + "/api/v1/users/me"), "SSWS " + apiToken)),
            ("access token at the org", () => IsOkAsync(http, new Uri(sandbox.OrgAddress("org") + "/oauth2/v1/userinfo"), "Bearer " + signedIn.AccessToken)),
            ("refresh token at the org", () => RefreshesAsync(http, new Uri(sandbox.OrgAddress("org") + "/oauth2/v1/token"), signedIn.RefreshToken, "0oaportal00000000001")),
            ("refresh token at the tenant", () => RefreshesAsync(http, new Uri(sandbox.BaseAddress, TenantId + "/oauth2/v2.0/token"), refresh, AppId)),
        };
        foreach (var (what, isGood) in uses)
            Assert.True(await isGood(), what);

        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", status: "T"), rows[1]);
        var user = await bridge.FindAsync(Name);
        var root = bridge.Url.Replace("/scim/v2", "", StringComparison.Ordinal);
        JsonObject leaver = [];
        await UntilAsync(() => $"closed: {leaver}", async () =>
        {
            leaver = (await bridge.SendAsync("GET", $"{root}/admin/v1/leavers/{user}", secret: admin)).Body!;
            return (string?)leaver["state"] == "closed";
        });

        foreach (var (what, isGood) in uses)
            Assert.False(await isGood(), what);
        string StateOf(string target, string access) => (string?)leaver["steps"]!.AsArray().SingleOrDefault(s => (string?)s!["target"] == target && (string?)s["access"] == access)?["state"] ?? "";
        foreach (var (target, access) in new[]
        {
            ("corp", "account"), ("corp", "memberships"), ("org", "account"), ("org", "sessions"), ("org", "tokens"), ("org", "memberships"),
            ("tenant", "account"), ("tenant", "sessions"), ("tenant", "grants"), ("tenant", "memberships"), ("tenant", "roles"),
        })
            Assert.True(StateOf(target, access) == "verified", $"{access} at {target} is {StateOf(target, access)}: {leaver}");
        Assert.Equal("unverifiable", StateOf("corp", "sessions"));
        Assert.Equal(3, corp.Groups().Sum(g => g.Members.Count));

        // What was seen to have ended is told; that the product's tokens have, nobody has seen.
        var told = await bridge.Database.ReadAsync(
            async s => await SignalStore.WaitingAsync(s, (await SignalStreamStore.FindAsync(s, "desk", CancellationToken.None))!, 10, CancellationToken.None),
            CancellationToken.None);
        var change = Assert.Single(told).Signal;
        Assert.Equal((user, new CredentialChange("token", "revoke"), SignalCause.End), (change.ResourceId, change.Credential, change.Cause));

        // What the product does not show is shown by using it: that is proof too.
        var probed = (await bridge.SendAsync("POST", $"{root}/admin/v1/leavers/{user}/probes", Probe("sessions", session), admin)).Is(HttpStatusCode.OK).Body!;
        Assert.Equal(("refused", "401: refused"), ((string?)probed["verdict"], (string?)probed["value"]));
        leaver = (await bridge.SendAsync("GET", $"{root}/admin/v1/leavers/{user}", secret: admin)).Body!;
        Assert.Equal("verified", StateOf("corp", "sessions"));
        // Somebody else's is still good: whoever shows that it is the leaver's opens the case again.
        (await bridge.SendAsync("POST", $"{root}/admin/v1/leavers/{user}/probes", Probe("tokens", corp.AddPersonalToken("bob.stays@corp.example")!), admin)).Is(HttpStatusCode.OK);
        leaver = (await bridge.SendAsync("GET", $"{root}/admin/v1/leavers/{user}", secret: admin)).Body!;
        Assert.Equal(("failed", "open"), (StateOf("corp", "tokens"), (string?)leaver["state"]));
        (await bridge.SendAsync("POST", $"{root}/admin/v1/leavers/{user}/probes", Probe("roles", "x"), admin)).Is(HttpStatusCode.NotFound);
        (await bridge.SendAsync("POST", $"{root}/admin/v1/leavers/{user}/probes", Probe("tokens", "a b\r\nHost: x"), admin)).Is(HttpStatusCode.BadRequest, "invalidValue");

        // She is back, and nothing of before is.
        await bridge.ImportAsync(rows);
        await UntilAsync("she is back", () => corp.FindUser(Name)!.Active && (bool?)JsonNode.Parse(tenant.Object(tenantUser)!)!["accountEnabled"] == true
            && (string?)JsonNode.Parse(org.User(orgUser)!)!["status"] is not "DEPROVISIONED");
        foreach (var (what, isGood) in uses)
            Assert.False(await isGood(), what);
        Assert.NotNull(corp.SignIn(Name));
    }

    private static JsonObject Probe(string access, string credential) => new() { ["target"] = "corp", ["access"] = access, ["credential"] = credential };

    private static void Configure(JsonObject json, DatabaseKind kind, SandboxHost sandbox)
    {
        var targets = TestBridge.Configure(kind, "", sandbox.ScimAddress("corp").ToString())["targets"]!.DeepClone().AsObject();
        JsonObject Address(string prefix) => new() { ["url"] = Product(sandbox).ToString(), ["prefix"] = prefix, ["allowPrivateAddresses"] = true };
        targets["corp"]!["probes"] = new JsonObject { ["sessions"] = Address("Bearer "), ["tokens"] = Address("Bearer ") };
        targets["org"] = new JsonObject
        {
            ["kind"] = "okta", ["mode"] = "enforce", ["baseUrl"] = sandbox.OrgAddress("org").ToString(), ["apiToken"] = new JsonObject { ["value"] = "token" },
            ["allowPrivateAddresses"] = true, ["match"] = new JsonArray("login"),
        };
        targets["tenant"] = new JsonObject
        {
            ["kind"] = "entra", ["mode"] = "enforce", ["tenantId"] = TenantId, ["clientId"] = AppId,
            ["credential"] = new JsonObject { ["secret"] = new JsonObject { ["value"] = "s3cret" } }, ["baseUrl"] = sandbox.GraphAddress("tenant").ToString(),
            ["authorityHost"] = sandbox.BaseAddress.ToString(), ["allowPrivateAddresses"] = true, ["revoke"] = new JsonArray("sessions", "grants", "roles"),
            ["correlationAttribute"] = "extension_0123456789abcdef0123456789abcdef_scimBridgeId",
        };
        json["targets"] = targets;
        json["signals"] = new JsonObject
        {
            ["issuer"] = "https://bridge.example",
            ["streams"] = new JsonObject
            {
                ["desk"] = new JsonObject
                {
                    // Nobody listens there, so that what is told waits.
                    ["endpoint"] = "http://127.0.0.1:9/events", ["audience"] = "desk", ["allowPrivateAddresses"] = true,
                    ["events"] = new JsonArray(SignalEvents.UriOf(SignalType.CredentialChange)),
                },
            },
        };
        json["groups"] = new JsonObject
        {
            ["everybody"] = new JsonObject { ["displayName"] = "Everybody here", ["where"] = "userName pr" },
            ["sales"] = new JsonObject { ["displayName"] = "Sales", ["where"] = "department eq \"Sales\"" },
            ["engineers"] = new JsonObject { ["displayName"] = "Engineers", ["where"] = "title eq \"Engineer\"" },
        };
    }

    private static Uri Product(SandboxHost sandbox) => new(sandbox.BaseAddress, "targets/corp/api/me");

    private static string? OrgUser(OktaState org) => org.UserIds().FirstOrDefault(id => (string?)JsonNode.Parse(org.User(id)!)!["profile"]!["login"] == Name);

    private static int IsIn(OktaState org, string user) => org.GroupProfiles().Count(g => org.MembersOf(g.Key).Contains(user));

    private static string? TenantUser(GraphState tenant) => tenant.Ids("user").FirstOrDefault(id => tenant.Property(id, "userPrincipalName")?.Trim('"') == Name);

    private static async Task<bool> IsOkAsync(HttpClient http, Uri url, string? authorization, string? cookie = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        if (cookie is not null)
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        using var response = await http.SendAsync(request);
        return response.IsSuccessStatusCode;
    }

    private static async Task<bool> RefreshesAsync(HttpClient http, Uri url, string token, string client)
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token", ["refresh_token"] = token, ["client_id"] = client, ["scope"] = "https://graph.microsoft.com/.default",
        });
        using var response = await http.PostAsync(url, form);
        return response.IsSuccessStatusCode;
    }

    private static Task UntilAsync(string what, Func<bool> isSo) => UntilAsync(() => what, () => Task.FromResult(isSo()));

    private static async Task UntilAsync(Func<string> what, Func<Task<bool>> isSo)
    {
        for (var i = 0; i < 900; i++)
        {
            if (await isSo())
                return;
            await Task.Delay(50);
        }

        Assert.Fail("It never came to be: " + what());
    }
}
