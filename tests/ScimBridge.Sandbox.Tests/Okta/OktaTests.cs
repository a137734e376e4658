using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Okta;

namespace ScimBridge.Sandbox.Tests.Okta;

/// <summary>The stand-in of an Okta org as somebody without our connector sees it.</summary>
public sealed class OktaTests : IAsyncLifetime
{
    private const string Ann = """{"profile":{"login":"ann@corp.example","email":"ann@corp.example","firstName":"Ann","lastName":"Lee","scimBridgeId":"1"}}""";

    private readonly ManualClock _clock = new();
    private SandboxHost _host = null!;
    private HttpClient _http = null!;

    private OktaState Org => _host.Org("corp");

    public async Task InitializeAsync()
    {
        _host = await SandboxHost.StartAsync(new() { Orgs = [new("corp", "t")], Clock = _clock });
        _http = new() { BaseAddress = new Uri(_host.OrgAddress("corp") + "/api/v1/") };
        _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "SSWS t");
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData("")]
    [InlineData("SSWS x")]
    [InlineData("Bearer t")]
    [InlineData("DPoP t")]
    public async Task Nobody_calls_without_a_credential(string authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "users");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var stranger = new HttpClient { BaseAddress = _http.BaseAddress };

        var response = await stranger.SendAsync(request);

        Assert.Equal((HttpStatusCode.Unauthorized, "E0000011"), (response.StatusCode, (string)(await JsonAsync(response))["errorCode"]!));
    }

    [Fact]
    public async Task User_is_created_with_200_and_a_second_one_is_refused_with_400()
    {
        var first = await PostAsync("users?activate=false", Ann);
        var second = await PostAsync("users", Ann);

        Assert.Equal((HttpStatusCode.OK, "STAGED"), (first.StatusCode, (string)(await JsonAsync(first))["status"]!));
        Assert.Equal(HttpStatusCode.BadRequest, second.StatusCode);
        Assert.Equal(
            "login: An object with this field already exists in the current organization",
            (string)(await JsonAsync(second))["errorCauses"]![0]!["errorSummary"]!);
        Assert.Equal(1, Org.Creates["ann@corp.example"]);
    }

    [Fact]
    public async Task Deactivation_goes_on_after_its_answer_and_the_user_is_in_no_list_then()
    {
        var id = await CreatedAsync();
        Assert.Equal(HttpStatusCode.OK, (await PostAsync($"users/{id}/lifecycle/deactivate", "")).StatusCode);

        var during = await JsonAsync(await _http.GetAsync("users/" + id));
        Assert.Equal(("PROVISIONED", "DEPROVISIONED"), ((string)during["status"]!, (string)during["transitioningToStatus"]!));
        Assert.Equal("DEPROVISIONED", (string)(await JsonAsync(await _http.GetAsync("users/" + id)))["status"]!);
        Assert.Empty((await JsonAsync(await _http.GetAsync("users"))).AsArray());
        Assert.Single((await JsonAsync(await _http.GetAsync("users?filter=profile.login eq \"ann@corp.example\""))).AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync("users/" + id, """{"profile":{"title":"x"}}""")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync("users/" + id)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _http.GetAsync("users/" + id)).StatusCode);
    }

    [Fact]
    public async Task Search_lags_behind_and_filter_does_not()
    {
        Org.Settings = new OktaSettings { SearchesBehind = 2 };
        await CreatedAsync();

        var found = new List<int>();
        for (var time = 0; time < 3; time++)
            found.Add((await JsonAsync(await _http.GetAsync("users?search=profile.scimBridgeId eq \"1\""))).AsArray().Count);

        Assert.Equal([0, 0, 1], found);
        Assert.Single((await JsonAsync(await _http.GetAsync("users?filter=profile.login eq \"ANN@corp.example\""))).AsArray());
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.GetAsync("users?filter=profile.scimBridgeId eq \"1\"")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await _http.GetAsync("users?search=nonsense")).StatusCode);
    }

    [Fact]
    public async Task Pages_are_linked()
    {
        for (var i = 0; i < 5; i++)
            Org.AddUser("ACTIVE", $$"""{"login":"u{{i}}@corp.example"}""");

        var (ids, next) = (new List<string>(), "users?limit=2");
        while (next is not null)
        {
            var response = await _http.GetAsync(next);
            ids.AddRange((await JsonAsync(response)).AsArray().Select(u => (string)u!["id"]!));
            next = response.Headers.GetValues("Link").FirstOrDefault(l => l.EndsWith("rel=\"next\"", StringComparison.Ordinal))?.Split('<', '>')[1];
        }

        Assert.Equal(Org.UserIds(), ids);
    }

    [Fact]
    public async Task Limit_is_counted_down_and_begins_again()
    {
        Org.Settings = new OktaSettings { LimitPerMinute = 2 };

        var statuses = new List<(int, string)>();
        for (var time = 0; time < 3; time++)
            statuses.Add(await CallAsync());
        _clock.Now = _clock.Now.AddSeconds(60);
        statuses.Add(await CallAsync());

        Assert.Equal([(200, "1"), (200, "0"), (429, "0"), (200, "1")], statuses);

        async Task<(int Status, string Left)> CallAsync()
        {
            var response = await _http.GetAsync("users");
            Assert.Null(response.Headers.RetryAfter);
            Assert.InRange(
                long.Parse(response.Headers.GetValues("X-Rate-Limit-Reset").Single(), CultureInfo.InvariantCulture) - response.Headers.Date!.Value.ToUnixTimeSeconds(), 1, 60);
            return ((int)response.StatusCode, response.Headers.GetValues("X-Rate-Limit-Remaining").Single());
        }
    }

    [Fact]
    public async Task Groups_of_applications_refuse_members_and_linked_objects_refuse_API_tokens()
    {
        var (user, boss) = (Org.AddUser("ACTIVE", "{}"), Org.AddUser("ACTIVE", "{}"));
        var (own, foreign) = (Org.AddGroup("OKTA_GROUP", """{"name":"A"}"""), Org.AddGroup("APP_GROUP", """{"name":"A"}"""));

        Assert.Equal(HttpStatusCode.NoContent, (await _http.PutAsync($"groups/{own}/users/{user}", content: null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await _http.PutAsync($"groups/{foreign}/users/{user}", content: null)).StatusCode);
        Assert.Equal([user], Org.MembersOf(own));
        Assert.Empty(Org.MembersOf(foreign));
        Assert.Equal(HttpStatusCode.Forbidden, (await _http.PutAsync($"users/{user}/linkedObjects/manager/{boss}", content: null)).StatusCode);
    }

    [Fact]
    public async Task Lie_changes_nothing_and_a_lost_reply_everything()
    {
        Org.Faults.Add(new FaultRule { Kind = FaultKind.Lie, Next = 1 });
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("users", Ann)).StatusCode);
        Assert.Empty(Org.UserIds());
        Assert.Empty(Org.Creates);

        Org.Faults.Clear();
        Org.Faults.Add(new FaultRule { Kind = FaultKind.LostReply, Next = 1 });
        await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync("users", Ann));
        Assert.Single(Org.UserIds());
    }

    [Fact]
    public async Task Token_is_handed_out_to_no_stranger()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ["client_assertion"] = "e30.e30.e30",
        });

        var response = await _http.PostAsync(_host.OrgAddress("corp") + "/oauth2/v1/token", form);

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (response.StatusCode, (string)(await JsonAsync(response))["error"]!));
    }

    [Fact]
    public async Task Reset_forgets()
    {
        await CreatedAsync();

        Org.Reset();

        Assert.Empty(Org.UserIds());
        Assert.Empty(Org.Calls);
        Assert.Empty(Org.Creates);
    }

    private async Task<string> CreatedAsync() => (string)(await JsonAsync(await PostAsync("users", Ann)))["id"]!;

    private Task<HttpResponseMessage> PostAsync(string path, string json) => _http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
}
