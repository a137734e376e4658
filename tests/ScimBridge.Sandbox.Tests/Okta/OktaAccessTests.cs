using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Okta;

namespace ScimBridge.Sandbox.Tests.Okta;

/// <summary>
/// What one who has signed in at the org can do with what they got, over HTTP: all of it works before, and is refused after it was taken
/// away, and nothing brings it back.
/// </summary>
public sealed class OktaAccessTests : IAsyncLifetime
{
    private const string Client = "0oaportal00000000001";

    private readonly ManualClock _clock = new();
    private SandboxHost _host = null!;
    private HttpClient _http = null!;
    private string _user = null!;

    private OktaState Org => _host.Org("corp");

    public async Task InitializeAsync()
    {
        _host = await SandboxHost.StartAsync(new() { Orgs = [new("corp", "t")], Clock = _clock });
        _http = new() { BaseAddress = new Uri(_host.OrgAddress("corp") + "/") };
        _user = Org.AddUser("ACTIVE", """{"login":"ann@corp.example"}""");
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Session_is_used_until_it_is_ended_or_too_old()
    {
        var sid = Org.People.SignIn(_user)!.SessionId;
        var session = await JsonAsync(await SendAsync("GET", "api/v1/sessions/me", sid: sid), 200);
        Assert.Equal((sid, _user, "ann@corp.example", "ACTIVE"), ((string?)session["id"], (string?)session["userId"], (string?)session["login"], (string?)session["status"]));
        Assert.Equal(_user, (string?)(await JsonAsync(await SendAsync("GET", "api/v1/users/me", sid: sid), 200))["id"]);

        Assert.Equal(HttpStatusCode.NoContent, (await AdminAsync("DELETE", $"users/{_user}/sessions")).StatusCode);

        await SessionIsRefusedAsync(sid);
        sid = Org.People.SignIn(_user)!.SessionId;
        _clock.Now += TimeSpan.FromHours(3);
        await SessionIsRefusedAsync(sid);
    }

    [Fact]
    public async Task Tokens_of_applications_are_used_until_sessions_end_with_them_or_the_client_loses_them()
    {
        foreach (var end in new[] { "sessions?oauthTokens=true", $"clients/{Client}/tokens" })
        {
            var signIn = Org.People.SignIn(_user)!;
            var refreshed = await JsonAsync(await RefreshAsync(signIn.RefreshToken), 200);
            Assert.Equal(signIn.RefreshToken, (string?)refreshed["refresh_token"]);
            foreach (var access in new[] { signIn.AccessToken, (string)refreshed["access_token"]! })
            {
                Assert.True((bool)(await IntrospectAsync(access))["active"]!);
                Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "oauth2/v1/userinfo", "Bearer " + access)).StatusCode);
            }

            Assert.Equal(HttpStatusCode.NoContent, (await AdminAsync("DELETE", $"users/{_user}/{end}")).StatusCode);

            Assert.Equal("invalid_grant", (string?)(await JsonAsync(await RefreshAsync(signIn.RefreshToken), 400))["error"]);
            Assert.Equal("""{"active":false}""", (await IntrospectAsync(signIn.AccessToken)).ToJsonString());
            Assert.Equal("""{"active":false}""", (await IntrospectAsync(signIn.RefreshToken)).ToJsonString());
            Assert.Equal(HttpStatusCode.Unauthorized, (await SendAsync("GET", "oauth2/v1/userinfo", "Bearer " + signIn.AccessToken)).StatusCode);
        }
    }

    [Fact]
    public async Task Sessions_may_end_and_leave_tokens_and_remembered_devices()
    {
        var signIn = Org.People.SignIn(_user)!;

        await AdminAsync("DELETE", $"users/{_user}/sessions?oauthTokens=false&forgetDevices=false");

        await SessionIsRefusedAsync(signIn.SessionId);
        await JsonAsync(await RefreshAsync(signIn.RefreshToken), 200);
        Assert.Contains("rememberedDevices", Org.People.Held(_user), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_token_is_of_one_application()
    {
        var signIn = Org.People.SignIn(_user, "0oaother")!;

        Assert.Equal("invalid_grant", (string?)(await JsonAsync(await RefreshAsync(signIn.RefreshToken), 400))["error"]);
    }

    [Fact]
    public async Task API_token_works_until_it_is_deleted()
    {
        var text = Org.People.AddApiToken(_user);
        Assert.Equal(_user, (string?)(await JsonAsync(await SendAsync("GET", "api/v1/users/me", "SSWS " + text), 200))["id"]);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "api/v1/groups", "SSWS " + text)).StatusCode);

        var token = (await JsonAsync(await AdminAsync("GET", "api-tokens"), 200)).AsArray().Single()!;
        Assert.Equal(_user, (string?)token["userId"]);
        Assert.DoesNotContain(text, token.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await AdminAsync("DELETE", $"api-tokens/{token["id"]}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await AdminAsync("DELETE", $"api-tokens/{token["id"]}")).StatusCode);

        foreach (var path in new[] { "api/v1/users/me", "api/v1/groups" })
            Assert.Equal("E0000011", (string?)(await JsonAsync(await SendAsync("GET", path, "SSWS " + text), 401))["errorCode"]);
    }

    [Fact]
    public async Task Deactivation_refuses_everything_and_activation_brings_nothing_back()
    {
        var (signIn, api) = (Org.People.SignIn(_user)!, Org.People.AddApiToken(_user));

        Assert.Equal(HttpStatusCode.OK, (await AdminAsync("POST", $"users/{_user}/lifecycle/deactivate")).StatusCode);
        await AllIsRefusedAsync(signIn, api);
        Assert.Null(Org.People.SignIn(_user));
        await AdminAsync("GET", "users/" + _user);
        Assert.Equal(HttpStatusCode.OK, (await AdminAsync("POST", $"users/{_user}/lifecycle/activate?sendEmail=false")).StatusCode);

        await AllIsRefusedAsync(signIn, api);
        Assert.NotNull(Org.People.SignIn(_user));
    }

    [Fact]
    public async Task Suspension_refuses_everything_and_what_was_revoked_meanwhile_stays_refused()
    {
        var (signIn, api) = (Org.People.SignIn(_user)!, Org.People.AddApiToken(_user));
        await AdminAsync("POST", $"users/{_user}/lifecycle/suspend");
        await AllIsRefusedAsync(signIn, api);

        await AdminAsync("DELETE", $"users/{_user}/sessions?oauthTokens=true");
        await AdminAsync("POST", $"users/{_user}/lifecycle/unsuspend");

        await SessionIsRefusedAsync(signIn.SessionId);
        await JsonAsync(await RefreshAsync(signIn.RefreshToken), 400);

        // Nobody has revoked that one.
        await JsonAsync(await SendAsync("GET", "api/v1/users/me", "SSWS " + api), 200);
    }

    [Fact]
    public async Task Grants_roles_and_factors_are_listed_and_taken_away()
    {
        Org.People.Consent(_user);
        var (own, group) = (Org.People.AssignRole(_user), Org.People.AssignRole(_user, "USER_ADMIN", throughGroup: true));
        var factor = Org.People.Enroll(_user);

        Assert.Equal([own, group], await IdsAsync("roles"));
        Assert.Single(await IdsAsync("grants"));
        Assert.Equal([factor], await IdsAsync("factors"));
        foreach (var (path, status) in new[] { ("grants", 204), ("grants", 204), ("roles/" + own, 204), ("roles/" + own, 404), ("roles/" + group, 404), ("factors/" + factor, 204), ("factors/" + factor, 404) })
            Assert.Equal((path, status), (path, (int)(await AdminAsync("DELETE", $"users/{_user}/{path}")).StatusCode));

        Assert.Equal([group], await IdsAsync("roles"));
        Assert.Empty(await IdsAsync("grants"));
        Assert.Empty(await IdsAsync("factors"));
    }

    [Fact]
    public async Task Factors_of_one_who_is_deactivated_are_not_found()
    {
        Org.People.Enroll(_user);
        Org.SetStatus(_user, "DEPROVISIONED");

        Assert.Equal("E0000007", (string?)(await JsonAsync(await AdminAsync("GET", $"users/{_user}/factors"), 404))["errorCode"]);
        Assert.Equal(HttpStatusCode.OK, (await AdminAsync("GET", $"users/{_user}/roles")).StatusCode);
        Org.Settings = Org.Settings with { HidesDeactivated = true };
        Assert.Equal(HttpStatusCode.NotFound, (await AdminAsync("GET", $"users/{_user}/roles")).StatusCode);
    }

    [Fact]
    public async Task Lie_says_that_sessions_have_ended_and_they_go_on()
    {
        var (signIn, api) = (Org.People.SignIn(_user)!, Org.People.AddApiToken(_user));
        Org.Faults.Add(new FaultRule { Kind = FaultKind.Lie, Method = "DELETE", Always = true });

        Assert.Equal(HttpStatusCode.NoContent, (await AdminAsync("DELETE", $"users/{_user}/sessions?oauthTokens=true")).StatusCode);

        await JsonAsync(await SendAsync("GET", "api/v1/sessions/me", sid: signIn.SessionId), 200);
        await JsonAsync(await RefreshAsync(signIn.RefreshToken), 200);
        await JsonAsync(await SendAsync("GET", "api/v1/users/me", "SSWS " + api), 200);

        // Whatever is lied about, and an org that is out of order says no that is none.
        Org.Faults.Clear();
        Org.Faults.Add(new FaultRule { Kind = FaultKind.Lie, Always = true });
        await JsonAsync(await SendAsync("GET", "api/v1/sessions/me", sid: signIn.SessionId), 200);
        Org.Faults.Clear();
        Org.Faults.Add(new FaultRule { Kind = FaultKind.Error, Always = true, Status = 503 });
        await JsonAsync(await SendAsync("GET", "api/v1/sessions/me", sid: signIn.SessionId), 503);
        await JsonAsync(await RefreshAsync(signIn.RefreshToken), 503);
    }

    [Fact]
    public async Task Log_has_who_signed_in_who_was_refused_and_what_was_used()
    {
        var signIn = Org.People.SignIn(_user)!;
        _clock.Now += TimeSpan.FromMinutes(1);
        var later = OktaTime(_clock.Now);
        await RefreshAsync(signIn.RefreshToken);
        await SendAsync("GET", "api/v1/sessions/me", sid: signIn.SessionId);
        Org.SetStatus(_user, "SUSPENDED");
        Org.People.SignIn(_user);
        Org.People.SignIn(Org.AddUser("ACTIVE", "{}"));

        var all = await LogAsync("");
        var since = await LogAsync("&since=" + later);
        var until = await LogAsync("&until=" + later);

        Assert.Equal(
            ["user.session.start SUCCESS", "app.oauth2.token.grant.access_token SUCCESS", "app.oauth2.token.grant.access_token SUCCESS", "user.authentication.sso SUCCESS", "user.session.start FAILURE"],
            all);
        Assert.Equal(all[2..], since);
        Assert.Equal(all[..2], until);

        async Task<string[]> LogAsync(string more) =>
            [.. (await JsonAsync(await AdminAsync("GET", $"logs?filter=actor.id eq \"{_user}\"&sortOrder=ASCENDING{more}"), 200)).AsArray()
                .Select(e => $"{e!["eventType"]} {e["outcome"]!["result"]}")];
    }

    [Fact]
    public async Task Somebody_is_signed_in_and_looked_at_by_the_sandboxs_own_calls()
    {
        var signIn = await JsonAsync(await _http.PostAsync($"/sandbox/orgs/corp/sessions?userId={_user}", content: null), 200);
        await JsonAsync(await SendAsync("GET", "api/v1/sessions/me", sid: (string)signIn["sessionId"]!), 200);
        var token = await JsonAsync(await _http.PostAsync($"/sandbox/orgs/corp/api-tokens?userId={_user}", content: null), 200);
        await JsonAsync(await SendAsync("GET", "api/v1/users/me", "SSWS " + token["apiToken"]), 200);

        var held = (await JsonAsync(await _http.GetAsync($"/sandbox/orgs/corp/held?userId={_user}"), 200)).AsArray();

        Assert.Equal(["accessToken", "apiToken", "refreshToken", "rememberedDevices", "session"], held.Select(h => (string?)h!["kind"]).Order(StringComparer.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await _http.PostAsync("/sandbox/orgs/corp/sessions?userId=nobody", content: null)).StatusCode);
        Org.SetStatus(_user, "SUSPENDED");
        Assert.Equal(HttpStatusCode.Forbidden, (await _http.PostAsync($"/sandbox/orgs/corp/sessions?userId={_user}", content: null)).StatusCode);
    }

    private static string OktaTime(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

    private async Task AllIsRefusedAsync(OktaSignIn signIn, string apiToken)
    {
        await SessionIsRefusedAsync(signIn.SessionId);
        Assert.Equal("invalid_grant", (string?)(await JsonAsync(await RefreshAsync(signIn.RefreshToken), 400))["error"]);
        Assert.False((bool)(await IntrospectAsync(signIn.AccessToken))["active"]!);
        Assert.Equal("E0000011", (string?)(await JsonAsync(await SendAsync("GET", "api/v1/users/me", "SSWS " + apiToken), 401))["errorCode"]);
    }

    private async Task SessionIsRefusedAsync(string sid)
    {
        Assert.Equal("E0000007", (string?)(await JsonAsync(await SendAsync("GET", "api/v1/sessions/me", sid: sid), 404))["errorCode"]);
        Assert.Equal("E0000005", (string?)(await JsonAsync(await SendAsync("GET", "api/v1/users/me", sid: sid), 403))["errorCode"]);
    }

    private async Task<HttpResponseMessage> SendAsync(string method, string path, string? authorization = null, string? sid = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (authorization is not null)
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(authorization);
        if (sid is not null)
            request.Headers.Add("Cookie", "sid=" + sid);
        return await _http.SendAsync(request);
    }

    private Task<HttpResponseMessage> AdminAsync(string method, string path) => SendAsync(method, "api/v1/" + path, "SSWS t");

    private Task<HttpResponseMessage> RefreshAsync(string token) => FormAsync("token", ("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", Client));

    private async Task<JsonNode> IntrospectAsync(string token) => await JsonAsync(await FormAsync("introspect", ("token", token), ("client_id", Client)), 200);

    private async Task<HttpResponseMessage> FormAsync(string what, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return await _http.PostAsync("oauth2/v1/" + what, form);
    }

    private async Task<string[]> IdsAsync(string what) =>
        [.. (await JsonAsync(await AdminAsync("GET", $"users/{_user}/{what}"), 200)).AsArray().Select(item => (string)item!["id"]!)];

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }
}
