using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Graph;

namespace ScimBridge.Sandbox.Tests.Graph;

/// <summary>
/// The stand-in of Microsoft Graph as somebody without our connector sees it, held against the vendor's pages: errors
/// (https://learn.microsoft.com/en-us/graph/errors), advanced queries (https://learn.microsoft.com/en-us/graph/aad-advanced-queries),
/// delta queries (https://learn.microsoft.com/en-us/graph/delta-query-overview), batches (https://learn.microsoft.com/en-us/graph/json-batching).
/// </summary>
public sealed class GraphTests : IAsyncLifetime
{
    private const string TenantId = "3f2b8c1d-5e60-4c7a-9d11-7a0b6c5d4e3f";
    private const string Extension = "extension_0123456789abcdef0123456789abcdef_scimBridgeId";

    private readonly ManualClock _clock = new();
    private SandboxHost _host = null!;
    private HttpClient _http = null!;

    private GraphState Tenant => _host.Tenant("corp");

    public async Task InitializeAsync()
    {
        _host = await SandboxHost.StartAsync(new()
        {
            Tenants = [new("corp", TenantId) { Apps = [new("app", ["Directory.ReadWrite.All"]) { Secret = "s" }, new("reader", ["User.Read.All"]) { Secret = "s" }] }],
            Clock = _clock,
        });
        _http = await ClientAsync("app");
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    [Theory]
    [InlineData("app", "wrong", "client_credentials", "https://graph.microsoft.com/.default", 401, "invalid_client")]
    [InlineData("nobody", "s", "client_credentials", "https://graph.microsoft.com/.default", 400, "unauthorized_client")]
    [InlineData("app", "s", "client_credentials", "User.Read", 400, "invalid_scope")]
    [InlineData("app", "s", "password", "https://graph.microsoft.com/.default", 400, "unsupported_grant_type")]
    public async Task Token_is_had_by_proof_alone(string client, string secret, string grant, string scope, int status, string error)
    {
        var (got, answer) = await TokenAsync(client, secret, grant, scope);

        Assert.Equal((status, error), (got, (string?)answer["error"]));
        Assert.StartsWith("AADSTS", (string?)answer["error_description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_calls_without_a_token_with_one_that_has_ended_or_beyond_its_permissions()
    {
        using var stranger = new HttpClient { BaseAddress = _http.BaseAddress };
        Assert.Equal(("InvalidAuthenticationToken", 401), await ErrorAsync(await stranger.GetAsync("users")));

        using var reader = await ClientAsync("reader");
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("users")).StatusCode);
        Assert.Equal(("Authorization_RequestDenied", 403), await ErrorAsync(await PostAsync(reader, "users", User("ann"))));
        Assert.Equal(("Authorization_RequestDenied", 403), await ErrorAsync(await reader.GetAsync("groups")));

        _clock.Now += TimeSpan.FromHours(2);
        Assert.Equal(("InvalidAuthenticationToken", 401), await ErrorAsync(await _http.GetAsync("users")));
    }

    [Fact]
    public async Task User_is_created_with_201_and_a_second_one_of_the_name_is_refused_with_400()
    {
        var created = await JsonAsync(await PostAsync("users", User("ann")), 201);

        Assert.Equal("ann@corp.example", (string?)created["userPrincipalName"]);
        Assert.False(created.AsObject().ContainsKey("accountEnabled"));
        var refused = await JsonAsync(await PostAsync("users", User("ANN")), 400);
        Assert.Equal(
            ("Request_BadRequest", "Another object with the same value for property userPrincipalName already exists.", "ObjectConflict", "userPrincipalName"),
            ((string?)refused["error"]!["code"], (string?)refused["error"]!["message"], (string?)refused["error"]!["details"]![0]!["code"], (string?)refused["error"]!["details"]![0]!["target"]));
        Assert.NotNull(refused["error"]!["innerError"]!["request-id"]);
        Assert.Equal(1, Tenant.Creates["ann@corp.example"]);
    }

    [Theory]
    [InlineData("""{"userPrincipalName":"søren@corp.example"}""")]
    [InlineData("""{"userPrincipalName":"ann@elsewhere.example"}""")]
    [InlineData("""{"employeeId":"12345678901234567"}""")]
    [InlineData("""{"usageLocation":"Denmark"}""")]
    [InlineData("""{"jobTitle":""}""")]
    [InlineData("""{"displayName":null}""")]
    [InlineData("""{"businessPhones":["1","2"]}""")]
    [InlineData("""{"externalId":"7"}""")]
    [InlineData("""{"extension_0123456789abcdef0123456789abcdef_other":"7"}""")]
    [InlineData("""{"passwordProfile":{"password":"short"}}""")]
    public async Task User_that_Graph_would_refuse_is_refused(string part)
    {
        var user = JsonNode.Parse(User("ann"))!.AsObject();
        foreach (var (name, value) in JsonNode.Parse(part)!.AsObject())
            user[name] = value?.DeepClone();

        Assert.Equal(("Request_BadRequest", 400), await ErrorAsync(await PostAsync("users", user.ToJsonString())));
    }

    [Fact]
    public async Task Only_what_is_selected_is_shown_and_attributes_of_Exchange_are_all_shown()
    {
        var id = await CreatedAsync("ann");

        var shown = (await GetAsync($"users/{id}?$select=id,accountEnabled,onPremisesExtensionAttributes,{Extension},city")).AsObject();

        Assert.Equal(["id", "accountEnabled", "onPremisesExtensionAttributes", "city"], shown.Select(p => p.Key));
        Assert.Equal(15, shown["onPremisesExtensionAttributes"]!.AsObject().Count);
    }

    [Fact]
    public async Task Attribute_of_Exchange_is_found_by_an_advanced_query_alone_and_late()
    {
        Tenant.Settings = new GraphSettings { SearchesBehind = 1 };
        var id = await CreatedAsync("ann", """{"onPremisesExtensionAttributes":{"extensionAttribute1":"k"}}""");
        const string Query = "users?$filter=onPremisesExtensionAttributes/extensionAttribute1 eq 'k'&$select=id";

        Assert.Equal(("Request_UnsupportedQuery", 400), await ErrorAsync(await _http.GetAsync(Query)));
        Assert.Equal(("Request_UnsupportedQuery", 400), await ErrorAsync(await _http.GetAsync(Query + "&$count=true")));
        Assert.Empty((await AdvancedAsync(Query + "&$count=true"))["value"]!.AsArray());
        Assert.Equal(id, (string?)(await AdvancedAsync(Query + "&$count=true"))["value"]!.AsArray().Single()!["id"]);
    }

    [Fact]
    public async Task New_object_is_not_found_on_replicas_that_lag_behind()
    {
        Tenant.Settings = new GraphSettings { CallsBehind = 2 };
        var id = await CreatedAsync("ann");

        Assert.Equal(("Request_ResourceNotFound", 404), await ErrorAsync(await _http.GetAsync("users/" + id)));
        Assert.Empty((await GetAsync("users?$filter=employeeId eq '7'"))["value"]!.AsArray());
        Assert.Equal(id, (string?)(await GetAsync("users/" + id))["id"]);
    }

    [Fact]
    public async Task Pages_follow_each_other_by_their_links()
    {
        Tenant.Settings = new GraphSettings { MaxPageSize = 2 };
        for (var i = 0; i < 5; i++)
            await CreatedAsync($"user{i}");
        var (seen, next) = (new List<string>(), "users?$select=userPrincipalName");
        while (next is not null)
        {
            var page = await GetAsync(next);
            seen.AddRange(page["value"]!.AsArray().Select(u => (string)u!["userPrincipalName"]!));
            next = ((string?)page["@odata.nextLink"])?["https://graph.microsoft.com/v1.0/".Length..];
        }

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"user{i}@corp.example"), seen.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Deleted_user_frees_its_name_can_be_restored_and_not_where_the_name_is_taken()
    {
        var id = await CreatedAsync("ann", """{"employeeId":"7"}""");
        Assert.Equal(HttpStatusCode.NoContent, (await _http.DeleteAsync("users/" + id)).StatusCode);
        var deleted = (await AdvancedAsync("directory/deletedItems/microsoft.graph.user?$filter=employeeId eq '7'&$count=true"))["value"]!.AsArray().Single()!;
        Assert.Equal(id.Replace("-", "", StringComparison.Ordinal) + "ann@corp.example", (string?)deleted["userPrincipalName"]);

        var other = await CreatedAsync("ann");
        Assert.Equal(("Request_BadRequest", 400), await ErrorAsync(await PostAsync($"directory/deletedItems/{id}/restore", "")));
        await _http.DeleteAsync("users/" + other);
        Assert.Equal("ann@corp.example", (string?)(await JsonAsync(await PostAsync($"directory/deletedItems/{id}/restore", ""), 200))["userPrincipalName"]);
    }

    [Fact]
    public async Task Members_are_added_all_or_none_and_twenty_at_most()
    {
        var group = (string)(await JsonAsync(await PostAsync("groups", """{"displayName":"A","mailEnabled":false,"mailNickname":"a","securityEnabled":true}"""), 201))["id"]!;
        var (ann, bob) = (await CreatedAsync("ann"), await CreatedAsync("bob"));

        Assert.Equal(HttpStatusCode.NoContent, (await PatchAsync("groups/" + group, Bind(ann))).StatusCode);
        Assert.Equal(("Request_BadRequest", 400), await ErrorAsync(await PatchAsync("groups/" + group, Bind(bob, ann))));
        Assert.Equal(("Request_ResourceNotFound", 404), await ErrorAsync(await PatchAsync("groups/" + group, Bind(bob, Guid.NewGuid().ToString()))));
        Assert.Equal(("Request_BadRequest", 400), await ErrorAsync(await PatchAsync("groups/" + group, Bind([.. Enumerable.Repeat(bob, 21)]))));
        Assert.Equal([ann], Tenant.MembersOf(group));
    }

    [Fact]
    public async Task Group_is_upserted_by_its_unique_name_where_that_is_preferred()
    {
        const string Body = """{"displayName":"A","mailEnabled":false,"mailNickname":"a","securityEnabled":true}""";

        Assert.Equal(404, (int)(await PatchAsync("groups(uniqueName='it''s')", Body)).StatusCode);
        Assert.Equal(201, (int)(await PatchAsync("groups(uniqueName='it''s')", Body, "create-if-missing")).StatusCode);
        Assert.Equal(204, (int)(await PatchAsync("groups(uniqueName='it''s')", Body, "create-if-missing")).StatusCode);
        Assert.Equal("it's", (string?)(await GetAsync("groups(uniqueName='it''s')?$select=uniqueName"))["uniqueName"]);
    }

    [Fact]
    public async Task Batch_answers_each_item_for_itself_and_no_more_than_twenty()
    {
        var (ann, bob) = (await CreatedAsync("ann"), await CreatedAsync("bob"));
        Tenant.Faults.Add(new FaultRule { Kind = FaultKind.Throttle, PathContains = bob, Next = 1, RetryAfterSeconds = 9 });
        var batch = new JsonObject
        {
            ["requests"] = new JsonArray(
                Item("1", "PATCH", "/users/" + ann, """{"jobTitle":"Lead"}"""),
                Item("2", "PATCH", "/users/" + bob, """{"jobTitle":"Lead"}"""),
                Item("3", "GET", "/users/" + bob + "?$select=id", null, "2")),
        };

        var responses = (await JsonAsync(await PostAsync("$batch", batch.ToJsonString()), 200))["responses"]!.AsArray().ToDictionary(r => (string)r!["id"]!, r => r!);

        Assert.Equal([204, 429, 424], new[] { "1", "2", "3" }.Select(id => (int)responses[id]["status"]!));
        Assert.Equal("9", (string?)responses["2"]["headers"]!["Retry-After"]);
        Assert.Equal(("Lead", null), (Tenant.Property(ann, "jobTitle"), Tenant.Property(bob, "jobTitle")));
        batch = new JsonObject { ["requests"] = new JsonArray([.. Enumerable.Range(0, 21).Select(i => (JsonNode)Item(i.ToString(System.Globalization.CultureInfo.InvariantCulture), "GET", "/users", null))]) };
        Assert.Equal(("BadRequest", 400), await ErrorAsync(await PostAsync("$batch", batch.ToJsonString())));
    }

    [Fact]
    public async Task Delta_tells_what_changed_since_its_link_and_an_old_link_has_to_be_begun_anew()
    {
        var (ann, bob) = (await CreatedAsync("ann"), await CreatedAsync("bob"));
        var all = await GetAsync("users/delta?$select=displayName,accountEnabled");
        Assert.Equal(2, all["value"]!.AsArray().Count);

        await PatchAsync("users/" + ann, """{"accountEnabled":false}""");
        await _http.DeleteAsync("users/" + bob);
        var link = LinkOf(all);
        var changed = (await GetAsync(link))["value"]!.AsArray();
        Assert.Equal(
            [(ann, false, null), (bob, null, "changed")],
            changed.Select(c => ((string)c!["id"]!, (bool?)c["accountEnabled"], (string?)c["@removed"]?["reason"])));
        Assert.Empty((await GetAsync(LinkOf(await GetAsync("users/delta()?$deltatoken=latest"))))["value"]!.AsArray());

        Tenant.ExpireDeltaLinks();
        var expired = await _http.GetAsync(link);
        Assert.Equal(HttpStatusCode.Gone, expired.StatusCode);
        Assert.EndsWith("$deltatoken=", Uri.UnescapeDataString(expired.Headers.Location!.ToString()), StringComparison.Ordinal);

        string LinkOf(JsonNode page) => ((string)page["@odata.deltaLink"]!)["https://graph.microsoft.com/v1.0/".Length..];
    }

    [Fact]
    public async Task Session_is_good_until_it_is_revoked_which_takes_its_time()
    {
        Tenant.Settings = new GraphSettings { RevocationSeconds = 120 };
        var id = await CreatedAsync("ann");
        using var anybody = new HttpClient { BaseAddress = _host.BaseAddress };
        var session = (string)(await JsonAsync(await anybody.PostAsync("sandbox/tenants/corp/sessions?userId=" + id, null), 200))["refreshToken"]!;

        Assert.True((bool)(await JsonAsync(await PostAsync($"users/{id}/revokeSignInSessions", ""), 200))["value"]!);
        Assert.Equal(200, (await RefreshAsync(session)).Status);
        _clock.Now += TimeSpan.FromSeconds(121);
        var (status, answer) = await RefreshAsync(session);
        Assert.Equal((400, "invalid_grant", 50173), (status, (string?)answer["error"], (int?)answer["error_codes"]![0]));

        session = Tenant.SignIn(id);
        Assert.Equal(200, (await RefreshAsync(session)).Status);
        Tenant.Alter(id, """{"accountEnabled":false}""");
        Assert.Equal(50057, (int?)(await RefreshAsync(session)).Answer["error_codes"]![0]);
        await _http.DeleteAsync("users/" + id);
        Assert.Equal("invalid_grant", (string?)(await RefreshAsync(session)).Answer["error"]);
    }

    [Fact]
    public async Task Lie_is_answered_as_if_it_were_done_and_a_lost_reply_is_done()
    {
        var id = await CreatedAsync("ann");
        Tenant.Faults.Add(new FaultRule { Kind = FaultKind.Lie, Method = "PATCH", Next = 1 });
        Assert.Equal(HttpStatusCode.NoContent, (await PatchAsync("users/" + id, """{"jobTitle":"Lead"}""")).StatusCode);
        Assert.Null(Tenant.Property(id, "jobTitle"));

        Tenant.Faults.Clear();
        Tenant.Faults.Add(new FaultRule { Kind = FaultKind.LostReply, Writes = true, Next = 1 });
        await GetAsync("users/" + id);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => PatchAsync("users/" + id, """{"jobTitle":"Lead"}"""));
        Assert.Equal("Lead", Tenant.Property(id, "jobTitle"));
    }

    [Fact]
    public async Task Tenant_is_looked_at_broken_mended_and_emptied_from_outside()
    {
        using var anybody = new HttpClient { BaseAddress = new Uri(_host.BaseAddress, "sandbox/tenants/corp/") };
        await CreatedAsync("ann");

        var armed = await anybody.PostAsync("faults", new StringContent("""{"kind":"error","next":1,"status":503,"writes":true}"""));
        Assert.Equal(HttpStatusCode.OK, armed.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await anybody.PostAsync("faults", new StringContent("""{"kind":"error"}"""))).StatusCode);
        Assert.Equal(("serviceNotAvailable", 503), await ErrorAsync(await PostAsync("users", User("bob"))));
        Assert.Single((await JsonAsync(await anybody.GetAsync("faults"), 200)).AsArray());
        Assert.Empty((await JsonAsync(await anybody.DeleteAsync("faults"), 200)).AsArray());
        Assert.Equal(2, (await JsonAsync(await anybody.GetAsync("calls"), 200)).AsArray().Count);
        Assert.Single((await JsonAsync(await anybody.GetAsync("state"), 200))["objects"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await anybody.PostAsync("sessions?userId=nobody", null)).StatusCode);

        await JsonAsync(await anybody.PostAsync("reset", null), 200);
        Assert.Empty(Tenant.Ids("user"));
        Assert.Equal(("InvalidAuthenticationToken", 401), await ErrorAsync(await _http.GetAsync("users")));
    }

    [Fact]
    public async Task Answers_say_what_they_cost_and_how_full_the_limit_is()
    {
        Tenant.Settings = new GraphSettings { LimitUsed = 0.85 };

        var response = await _http.GetAsync("users?$select=id");

        Assert.Equal(("1", "0.85"), (response.Headers.GetValues("x-ms-resource-unit").Single(), response.Headers.GetValues("x-ms-throttle-limit-percentage").Single()));
        Assert.True(Guid.TryParse(response.Headers.GetValues("request-id").Single(), out _));
    }

    [Fact]
    public async Task What_is_beyond_the_limit_is_refused_until_it_has_filled_again()
    {
        Tenant.Settings = new GraphSettings { UnitsPer10Seconds = 10 };
        for (var i = 0; i < 9; i++)
            Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync("users?$select=id")).StatusCode);
        var last = await _http.GetAsync("users?$select=id");
        Assert.Equal((HttpStatusCode.OK, "1"), (last.StatusCode, last.Headers.GetValues("x-ms-throttle-limit-percentage").Single()));

        var refused = await _http.GetAsync("users?$select=id");
        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (refused.StatusCode, refused.Headers.GetValues("Retry-After").Single()));
        var batch = await JsonAsync(await PostAsync("$batch", new JsonObject { ["requests"] = new JsonArray(Item("1", "GET", "/users?$select=id", null)) }.ToJsonString()), 200);
        Assert.Equal(429, (int)batch["responses"]![0]!["status"]!);

        _clock.Now += TimeSpan.FromSeconds(1);
        Assert.Equal(HttpStatusCode.OK, (await _http.GetAsync("users?$select=id")).StatusCode);
    }

    private static string User(string name) => new JsonObject
    {
        ["accountEnabled"] = true,
        ["displayName"] = name,
        ["mailNickname"] = name,
        ["userPrincipalName"] = name + "@corp.example",
        ["passwordProfile"] = new JsonObject { ["password"] = "c0rrect-Horse" },
    }.ToJsonString();

    private static string Bind(params string[] ids) =>
        new JsonObject { ["members@odata.bind"] = new JsonArray([.. ids.Select(id => (JsonNode)$"https://graph.microsoft.com/v1.0/directoryObjects/{id}")]) }.ToJsonString();

    private static JsonObject Item(string id, string method, string url, string? body, string? after = null)
    {
        var item = new JsonObject { ["id"] = id, ["method"] = method, ["url"] = url };
        if (body is not null)
        {
            item["headers"] = new JsonObject { ["Content-Type"] = "application/json" };
            item["body"] = JsonNode.Parse(body);
        }

        if (after is not null)
            item["dependsOn"] = new JsonArray(after);
        return item;
    }

    private static async Task<JsonNode> JsonAsync(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    private static async Task<(string? Code, int Status)> ErrorAsync(HttpResponseMessage response) =>
        ((string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())?["error"]?["code"], (int)response.StatusCode);

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, string path, string body) =>
        http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

    private Task<HttpResponseMessage> PostAsync(string path, string body) => PostAsync(_http, path, body);

    private async Task<HttpResponseMessage> PatchAsync(string path, string body, string? prefer = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (prefer is not null)
            request.Headers.Add("Prefer", prefer);
        return await _http.SendAsync(request);
    }

    private async Task<JsonNode> GetAsync(string path) => await JsonAsync(await _http.GetAsync(path), 200);

    private async Task<JsonNode> AdvancedAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("ConsistencyLevel", "eventual");
        return await JsonAsync(await _http.SendAsync(request), 200);
    }

    private async Task<string> CreatedAsync(string name, string extra = "{}")
    {
        var user = JsonNode.Parse(User(name))!.AsObject();
        foreach (var (property, value) in JsonNode.Parse(extra)!.AsObject())
            user[property] = value?.DeepClone();
        return (string)(await JsonAsync(await PostAsync("users", user.ToJsonString()), 201))["id"]!;
    }

    private async Task<(int Status, JsonNode Answer)> FormAsync(Dictionary<string, string> fields)
    {
        using var http = new HttpClient();
        using var form = new FormUrlEncodedContent(fields);
        using var response = await http.PostAsync(new Uri(_host.BaseAddress, $"{TenantId}/oauth2/v2.0/token"), form);
        return ((int)response.StatusCode, (await response.Content.ReadFromJsonAsync<JsonNode>())!);
    }

    private Task<(int Status, JsonNode Answer)> TokenAsync(string client, string secret, string grant, string scope) =>
        FormAsync(new() { ["client_id"] = client, ["client_secret"] = secret, ["grant_type"] = grant, ["scope"] = scope });

    private Task<(int Status, JsonNode Answer)> RefreshAsync(string session) => FormAsync(new() { ["grant_type"] = "refresh_token", ["refresh_token"] = session });

    private async Task<HttpClient> ClientAsync(string app)
    {
        var (_, answer) = await TokenAsync(app, "s", "client_credentials", "https://graph.microsoft.com/.default");
        var http = new HttpClient { BaseAddress = new Uri(_host.GraphAddress("corp") + "/v1.0/") };
        http.DefaultRequestHeaders.Authorization = new("Bearer", (string)answer["access_token"]!);
        return http;
    }
}
