using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Graph;

namespace ScimBridge.Sandbox.Tests.Graph;

/// <summary>
/// What one who has signed in at the tenant can do with what they got, over HTTP: it works before, and is refused after it was taken away,
/// and nothing brings it back.
/// </summary>
public sealed class GraphAccessTests : IAsyncLifetime
{
    private const string TenantId = "3f2b8c1d-5e60-4c7a-9d11-7a0b6c5d4e3f";

    private static readonly string[] Roles =
    [
        "Directory.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "RoleManagement.ReadWrite.Directory", "UserAuthenticationMethod.ReadWrite.All",
        "AuditLog.Read.All",
    ];

    private readonly ManualClock _clock = new();
    private SandboxHost _host = null!;
    private HttpClient _http = null!;
    private string _admin = null!;
    private string _user = null!;

    private GraphState Tenant => _host.Tenant("corp");

    public async Task InitializeAsync()
    {
        _host = await SandboxHost.StartAsync(new() { Tenants = [new("corp", TenantId) { Apps = [new("app", Roles) { Secret = "s" }] }], Clock = _clock });
        _http = new() { BaseAddress = new Uri(_host.GraphAddress("corp") + "/v1.0/") };
        _admin = (string)(await TokenAsync(
            ("grant_type", "client_credentials"), ("client_id", "app"), ("client_secret", "s"), ("scope", "https://graph.microsoft.com/.default"))).Answer["access_token"]!;
        _user = Tenant.Add("user", """{"userPrincipalName":"ann@corp.example","displayName":"Ann","accountEnabled":true}""");
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Session_is_used_until_it_is_revoked_and_an_access_token_then_where_it_is_evaluated_continuously(bool continuously)
    {
        Tenant.Settings = Tenant.Settings with { EvaluatesContinuously = continuously };
        var session = Tenant.SignIn(_user);
        var (status, answer) = await RefreshAsync(session);
        Assert.Equal(200, status);
        var access = (string)answer["access_token"]!;
        Assert.Equal(_user, (string?)(await JsonAsync(await MeAsync(access), 200))["id"]);

        _clock.Now += TimeSpan.FromSeconds(1);
        await JsonAsync(await AdminAsync("POST", $"users/{_user}/revokeSignInSessions"), 200);
        _clock.Now += TimeSpan.FromSeconds(1);

        Assert.Equal(("invalid_grant", 50173), Error(await RefreshAsync(session)));
        var after = await MeAsync(access);
        Assert.Equal(continuously ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, after.StatusCode);
        if (continuously)
        {
            Assert.Equal("InvalidAuthenticationToken", (string?)(await JsonAsync(after, 401))["error"]!["code"]);
            Assert.Contains("insufficient_claims", after.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Disabled_account_is_refused_and_enabling_it_brings_no_revoked_session_back()
    {
        Tenant.Settings = Tenant.Settings with { EvaluatesContinuously = true };
        var session = Tenant.SignIn(_user);
        var access = (string)(await RefreshAsync(session)).Answer["access_token"]!;
        _clock.Now += TimeSpan.FromSeconds(1);

        await AdminAsync("PATCH", "users/" + _user, """{"accountEnabled":false}""");
        Assert.Equal(("invalid_grant", 50057), Error(await RefreshAsync(session)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await MeAsync(access)).StatusCode);
        Assert.Null(Tenant.People.SignIn(_user));
        await AdminAsync("POST", $"users/{_user}/revokeSignInSessions");
        _clock.Now += TimeSpan.FromSeconds(1);
        await AdminAsync("PATCH", "users/" + _user, """{"accountEnabled":true}""");

        Assert.Equal(("invalid_grant", 50173), Error(await RefreshAsync(session)));
        Assert.Equal(HttpStatusCode.Unauthorized, (await MeAsync(access)).StatusCode);
        Assert.Equal(200, (await RefreshAsync(Tenant.SignIn(_user))).Status);
    }

    [Fact]
    public async Task Lie_says_that_sessions_are_revoked_and_they_go_on()
    {
        var session = Tenant.SignIn(_user);
        Tenant.People.Consent(_user);
        Tenant.Faults.Add(new FaultRule { Kind = FaultKind.Lie, PathContains = "/v1.0", Writes = true, Always = true });
        _clock.Now += TimeSpan.FromSeconds(1);

        Assert.True((bool)(await JsonAsync(await AdminAsync("POST", $"users/{_user}/revokeSignInSessions"), 200))["value"]!);
        var grant = (await ListAsync($"oauth2PermissionGrants?$filter=principalId eq '{_user}'")).Single();
        Assert.Equal(HttpStatusCode.NoContent, (await AdminAsync("DELETE", $"oauth2PermissionGrants/{grant}")).StatusCode);

        Assert.Equal(200, (await RefreshAsync(session)).Status);
        Assert.Single(await ListAsync($"oauth2PermissionGrants?$filter=principalId eq '{_user}'"));
    }

    [Fact]
    public async Task Grants_roles_and_devices_are_listed_and_taken_away()
    {
        var other = Tenant.Add("user", """{"userPrincipalName":"bob@corp.example"}""");
        Tenant.People.Consent(other);
        var (grant, role, directory) = (Tenant.People.Consent(_user), Tenant.People.AssignAppRole(_user), Tenant.People.AssignDirectoryRole(_user));
        var device = Tenant.People.RegisterDevice(_user);

        foreach (var (list, one, id) in new[]
        {
            ($"oauth2PermissionGrants?$filter=principalId eq '{_user}'", "oauth2PermissionGrants", grant),
            ($"users/{_user}/appRoleAssignments", $"users/{_user}/appRoleAssignments", role),
            ($"roleManagement/directory/roleAssignments?$filter=principalId eq '{_user}'", "roleManagement/directory/roleAssignments", directory),
        })
        {
            Assert.Equal([id], await ListAsync(list));
            Assert.Equal(HttpStatusCode.NoContent, (await AdminAsync("DELETE", $"{one}/{id}")).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await AdminAsync("DELETE", $"{one}/{id}")).StatusCode);
            Assert.Empty(await ListAsync(list));
        }

        Assert.Equal([device], await ListAsync($"users/{_user}/registeredDevices"));
        Assert.Equal(HttpStatusCode.NoContent, (await AdminAsync("PATCH", "devices/" + device, """{"accountEnabled":false}""")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await AdminAsync("PATCH", "devices/" + device, """{"displayName":"x"}""")).StatusCode);
        Assert.Equal("false", Tenant.Property(device, "accountEnabled"));
        Assert.Equal(HttpStatusCode.BadRequest, (await AdminAsync("GET", "oauth2PermissionGrants?$filter=scope eq 'x'")).StatusCode);
    }

    [Fact]
    public async Task Default_method_stays_as_long_as_there_is_another_and_the_password_always()
    {
        var (first, second) = (Tenant.People.Enroll(_user, "microsoftAuthenticator", isDefault: true), Tenant.People.Enroll(_user, "phone"));
        var path = $"users/{_user}/authentication/";

        var refused = await JsonAsync(await AdminAsync("DELETE", $"{path}microsoftAuthenticatorMethods/{first}"), 400);
        Assert.StartsWith("Cannot delete default method with other methods configured.", (string?)refused["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await AdminAsync("DELETE", $"{path}fido2Methods/{second}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await AdminAsync("DELETE", $"{path}phoneMethods/{second}")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await AdminAsync("DELETE", $"{path}microsoftAuthenticatorMethods/{first}")).StatusCode);

        Assert.Equal(["28c10230-6103-485e-b985-444c60001490"], await ListAsync(path + "methods"));
    }

    [Fact]
    public async Task Sign_ins_of_a_person_are_listed_newest_first_and_refreshes_are_not()
    {
        var session = Tenant.SignIn(_user);
        _clock.Now += TimeSpan.FromMinutes(1);
        await RefreshAsync(session);
        Tenant.Alter(_user, """{"accountEnabled":false}""");
        Tenant.People.SignIn(_user);
        Tenant.SignIn(Tenant.Add("user", """{"userPrincipalName":"bob@corp.example"}"""));

        var found = (await JsonAsync(await AdminAsync("GET", $"auditLogs/signIns?$filter=userId eq '{_user}'"), 200))["value"]!.AsArray();
        var late = $"auditLogs/signIns?$filter=userId eq '{_user}' and createdDateTime ge {_clock.Now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}";

        Assert.Equal([50057, 0], found.Select(s => (int)s!["status"]!["errorCode"]!));
        Assert.Single(await ListAsync(late));
    }

    [Fact]
    public async Task Error_is_dated_by_the_tenants_clock()
    {
        _clock.Now += TimeSpan.FromMinutes(1);

        var error = (await JsonAsync(await AdminAsync("GET", "users/nobody"), 404))["error"]!;

        Assert.Equal(_clock.Now.UtcDateTime.ToString("s"), (string?)error["innerError"]!["date"]);
    }

    [Fact]
    public async Task Somebody_is_signed_in_and_looked_at_by_the_sandboxs_own_calls()
    {
        Tenant.People.Consent(_user);
        var signIn = await JsonAsync(await _http.PostAsync("/sandbox/tenants/corp/sessions?userId=" + _user, content: null), 200);
        Assert.Equal(200, (await RefreshAsync((string)signIn["refreshToken"]!)).Status);
        Assert.Equal("oauth2PermissionGrant", (string?)(await JsonAsync(await _http.GetAsync("/sandbox/tenants/corp/held?userId=" + _user), 200)).AsArray().Single()!["kind"]);

        Tenant.Alter(_user, """{"accountEnabled":false}""");
        Assert.Equal(HttpStatusCode.Forbidden, (await _http.PostAsync("/sandbox/tenants/corp/sessions?userId=" + _user, content: null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.PostAsync("/sandbox/tenants/corp/sessions?userId=nobody", content: null)).StatusCode);
    }

    private static (string?, int?) Error((int Status, JsonNode Answer) reply)
    {
        Assert.Equal(400, reply.Status);
        return ((string?)reply.Answer["error"], (int?)reply.Answer["error_codes"]![0]);
    }

    private async Task<HttpResponseMessage> MeAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await _http.SendAsync(request);
    }

    private async Task<HttpResponseMessage> AdminAsync(string method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _admin);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        return await _http.SendAsync(request);
    }

    private async Task<string[]> ListAsync(string path) =>
        [.. (await JsonAsync(await AdminAsync("GET", path), 200))["value"]!.AsArray().Select(item => (string)item!["id"]!)];

    private Task<(int Status, JsonNode Answer)> RefreshAsync(string session) => TokenAsync(("grant_type", "refresh_token"), ("refresh_token", session));

    private async Task<(int Status, JsonNode Answer)> TokenAsync(params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var response = await _http.PostAsync(new Uri(_host.BaseAddress, $"{TenantId}/oauth2/v2.0/token"), form);
        return ((int)response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>())!);
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
