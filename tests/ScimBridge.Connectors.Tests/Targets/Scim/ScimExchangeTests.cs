using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets.Scim;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Tests.Targets.Scim;

/// <summary>Single exchanges with servers that are right, odd or wrong.</summary>
public sealed class ScimExchangeTests : IDisposable
{
    private const string Page = "<html><body>Welcome</body></html>";

    private readonly ScimWire wire = new();

    public void Dispose() => wire.Dispose();

    [Fact]
    public async Task Create_sends_a_whole_resource_and_takes_the_id()
    {
        wire.On("POST", "/Users", 201, ScimWire.Resource("\"42\""));

        Assert.Equal(new Outcome.Done("42"), await wire.Target.CreateAsync(ScimWire.User(), CancellationToken.None));

        Assert.Equal("Bearer t0ps3cret", wire.LastHeader("Authorization"));
        Assert.Equal(ScimWire.ScimType, wire.LastHeader("Content-Type"));
        Assert.StartsWith("ScimBridge/", wire.LastHeader("User-Agent"), StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(
                $$"""
                {
                  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
                  "externalId": "{{ScimWire.Key}}",
                  "active": true,
                  "userName": "mholt",
                  "displayName": "Mira Holt",
                  "name": { "givenName": "Mira", "familyName": "Holt" },
                  "emails": [{ "value": "mholt@corp.example", "primary": true }],
                  "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Sales" }
                }
                """),
            wire.LastBody));
    }

    [Fact]
    public async Task Group_is_created_without_active()
    {
        wire.On("POST", "/Groups", 201, """{"id":"g1"}""");

        var group = new DesiredAccount(AccountKind.Group, "k", Active: true, new JsonObject { ["displayName"] = "Sales" });
        Assert.Equal(new Outcome.Done("g1"), await wire.Target.CreateAsync(group, CancellationToken.None));

        Assert.Equal("""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"externalId":"k","displayName":"Sales"}""", wire.LastBody.ToJsonString());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/html")]
    public async Task Content_type_and_numeric_id_do_not_matter(string type)
    {
        wire.On("POST", "/Users", 201, "\uFEFF" + """{"ID":4711}""", type);

        Assert.Equal(new Outcome.Done("4711"), await wire.Target.CreateAsync(ScimWire.User(), CancellationToken.None));
    }

    [Theory]
    [InlineData(200, Page)]
    [InlineData(201, Page)]
    [InlineData(201, "")]
    [InlineData(201, "{\"id\":\"1\",\"id\":\"2\"}")]
    [InlineData(202, null)]
    public async Task Created_without_an_id_is_found_by_external_id(int status, string? body)
    {
        wire.On("POST", "/Users", status, body, "text/html").On("GET", "/Users", 200, ScimWire.List(ScimWire.Resource("\"42\"")));

        Assert.Equal(new Outcome.Done("42"), await wire.Target.CreateAsync(ScimWire.User(), CancellationToken.None));
        Assert.Equal(["POST /scim/v2/Users", "GET /scim/v2/Users"], wire.Calls);
    }

    [Fact]
    public async Task Created_and_not_to_be_found_is_not_known_to_be_untouched()
    {
        wire.On("POST", "/Users", 200, Page).On("GET", "/Users", 200, ScimWire.List());

        Assert.False(Assert.IsType<Outcome.Retry>(await wire.Target.CreateAsync(ScimWire.User(), CancellationToken.None)).Untouched);
    }

    [Theory]
    [InlineData(409, "")]
    [InlineData(409, "{\"detail\":\"taken\"}")]
    [InlineData(400, "{\"scimType\":\"uniqueness\",\"status\":400}")]
    [InlineData(400, "{\"detail\":\"A user with this name already exists.\",\"status\":400}")]
    [InlineData(400, "{\"Errors\":{\"description\":\"username_taken\",\"code\":400}}")]
    [InlineData(409, "{\"Errors\":[{\"description\":\"username_taken\",\"code\":409}]}")]
    public async Task Conflict_names_the_account_that_carries_our_key(int status, string body)
    {
        wire.On("POST", "/Users", status, body).On("GET", "/Users", 200, ScimWire.List(ScimWire.Resource("7")));

        Assert.Equal(new Outcome.Exists("7"), await wire.Target.CreateAsync(ScimWire.User(), CancellationToken.None));
    }

    [Fact]
    public async Task Conflict_with_a_different_account_names_nobody()
    {
        wire.On("POST", "/Users", 409).On("GET", "/Users", 200, ScimWire.List());

        Assert.Equal(new Outcome.Exists(null), await wire.Target.CreateAsync(ScimWire.User(), CancellationToken.None));
    }

    [Fact]
    public async Task Find_asks_by_external_id_and_reads_lower_case_resources()
    {
        wire.On("GET", "/Users", 200, $$"""{"totalresults":"1","resources":[{"Id":7,"EXTERNALID":"a\"b\\c"}]}""");

        Assert.Equal(new Outcome.Exists("7"), await wire.Target.FindAsync(AccountKind.User, "a\"b\\c", CancellationToken.None));
        Assert.Equal("""?filter=externalId eq "a\"b\\c""" + "\"", Uri.UnescapeDataString(wire.LastAddress.Query));
    }

    [Fact]
    public async Task Filter_that_is_ignored_is_made_up_for_by_reading_everybody()
    {
        wire.On("GET", "/Users", 200, """{"totalResults":3,"Resources":[{"id":"1","externalId":"x"},{"id":"2"}]}""")
            .OnQuery("startIndex", "3", $$"""{"totalResults":3,"Resources":[{{ScimWire.Resource("\"3\"")}}]}""");

        Assert.Equal(new Outcome.Exists("3"), await wire.Target.FindAsync(AccountKind.User, ScimWire.Key, CancellationToken.None));
        Assert.Equal(3, wire.Calls.Count);
    }

    [Fact]
    public async Task Nobody_among_everybody_is_gone()
    {
        wire.On("GET", "/Users", 200, """{"totalResults":2,"Resources":[{"id":"1","externalId":"x"},{"id":"2"}]}""");

        Assert.IsType<Outcome.Gone>(await wire.Target.FindAsync(AccountKind.User, ScimWire.Key, CancellationToken.None));
    }

    [Fact]
    public async Task Everybody_is_read_only_up_to_a_limit()
    {
        var many = string.Join(',', Enumerable.Range(0, 500).Select(i => $$"""{"id":"{{i}}"}"""));
        wire.On("GET", "/Users", 200, $$"""{"totalResults":900000,"Resources":[{{many}}]}""");

        Assert.IsType<Outcome.Rejected>(await wire.Target.FindAsync(AccountKind.User, ScimWire.Key, CancellationToken.None));
    }

    [Fact]
    public async Task Two_accounts_with_our_key_are_for_a_person_to_decide()
    {
        wire.On("GET", "/Users", 200, ScimWire.List(ScimWire.Resource("1"), ScimWire.Resource("2")));

        Assert.IsType<Outcome.Rejected>(await wire.Target.FindAsync(AccountKind.User, ScimWire.Key, CancellationToken.None));
    }

    [Theory]
    [InlineData("""{"totalResults":0}""")]
    [InlineData("""{"totalResults":0,"Resources":null}""")]
    [InlineData("""{"Resources":[]}""")]
    public async Task Empty_list_in_any_form_is_gone(string body)
    {
        wire.On("GET", "/Users", 200, body);

        Assert.IsType<Outcome.Gone>(await wire.Target.FindAsync(AccountKind.User, ScimWire.Key, CancellationToken.None));
    }

    [Fact]
    public async Task Not_found_is_gone_when_scim_says_it_and_a_wrong_address_when_a_page_does()
    {
        wire.On("GET", "/Users", 404, """{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404"}""").On("POST", "/Users", 404, Page);

        Assert.IsType<Outcome.Gone>(await wire.Target.FindAsync(AccountKind.User, ScimWire.Key, CancellationToken.None));
        Assert.IsType<Outcome.Stop>(await wire.Target.CreateAsync(ScimWire.User(), CancellationToken.None));
    }

    [Fact]
    public async Task Target_without_groups_is_not_stopped_for_its_users()
    {
        wire.On("GET", "/Groups", 404, Page).On("POST", "/Groups", 404, Page);

        Assert.IsType<Outcome.Rejected>(await wire.Target.FindAsync(AccountKind.Group, ScimWire.Key, CancellationToken.None));
        Assert.IsType<Outcome.Rejected>(await wire.Target.CreateAsync(ScimWire.User() with { Kind = AccountKind.Group }, CancellationToken.None));
    }

    [Fact]
    public async Task Reference_that_the_target_does_not_know_is_rejected()
    {
        wire.On("POST", "/Users", 404, """{"status":"404","detail":"manager not found"}""");

        Assert.IsType<Outcome.Rejected>(await wire.Target.CreateAsync(ScimWire.User(), CancellationToken.None));
    }

    [Fact]
    public async Task Get_gives_what_the_target_says()
    {
        wire.On("GET", "/Users/4 2", 200, """{"schemas":[],"id":42,"externalId":"k","active":"False","meta":{},"userName":"u","groups":[]}""");

        var (outcome, account) = await wire.Target.GetAsync(AccountKind.User, "4 2", CancellationToken.None);

        Assert.Equal(new Outcome.Done("42"), outcome);
        Assert.Equal(("42", "k", (bool?)false), (account!.RemoteId, account.CorrelationKey, account.Active));
        Assert.Equal("""{"userName":"u","groups":[]}""", account.Attributes.ToJsonString());
    }

    [Fact]
    public async Task Get_of_a_group_leaves_the_members_where_they_are()
    {
        wire.On("GET", "/Groups/g", 200, """{"id":"g","displayName":"Sales"}""");

        var (_, account) = await wire.Target.GetAsync(AccountKind.Group, "g", CancellationToken.None);

        Assert.Null(account!.Active);
        Assert.Equal("?excludedAttributes=members", wire.LastAddress.Query);
    }

    [Theory]
    [InlineData(Page)]
    [InlineData("{ \"id\": ")]
    [InlineData("[1]")]
    public async Task Answer_without_a_resource_is_tried_again(string body)
    {
        wire.On("GET", "/Users/1", 200, body).On("GET", "/Users", 200, body);

        Assert.IsType<Outcome.Retry>((await wire.Target.GetAsync(AccountKind.User, "1", CancellationToken.None)).Outcome);
        Assert.IsType<Outcome.Retry>(await wire.Target.FindAsync(AccountKind.User, ScimWire.Key, CancellationToken.None));
    }

    [Fact]
    public async Task Answer_above_the_limit_is_not_read()
    {
        var long_ = $$"""{"id":"1","nickName":"{{new string('x', 2 << 20)}}"}""";
        wire.On("GET", "/Users/1", 200, long_).On("PATCH", "/Users/1", 200, long_);

        Assert.IsType<Outcome.Retry>((await wire.Target.GetAsync(AccountKind.User, "1", CancellationToken.None)).Outcome);
        Assert.Equal(new Outcome.Done("1"), await wire.Target.UpdateAsync(AccountKind.User, "1", [], active: false, CancellationToken.None));
    }

    [Fact]
    public async Task Update_is_one_operation_per_attribute()
    {
        wire.On("PATCH", "/Users/42", 204);

        var outcome = await wire.Target.UpdateAsync(
            AccountKind.User,
            "42",
            [
                new AttributeChange(null, "title", "Lead"),
                new AttributeChange(null, "nickName", null),
                new AttributeChange("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", "department", "R&D"),
            ],
            active: false,
            CancellationToken.None);

        Assert.Equal(new Outcome.Done("42"), outcome);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(
                """
                {
                  "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
                  "Operations": [
                    { "op": "replace", "path": "title", "value": "Lead" },
                    { "op": "remove", "path": "nickName" },
                    { "op": "replace", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "R&D" },
                    { "op": "replace", "path": "active", "value": false }
                  ]
                }
                """),
            wire.LastBody));
    }

    [Fact]
    public async Task Update_of_nothing_calls_nobody()
    {
        Assert.Equal(new Outcome.Done("1"), await wire.Target.UpdateAsync(AccountKind.Group, "1", [], active: true, CancellationToken.None));
        Assert.Equal(new Outcome.Done("1"), await wire.Target.ChangeMembersAsync("1", [], [], CancellationToken.None));
        Assert.Empty(wire.Calls);
    }

    [Fact]
    public async Task New_id_in_the_answer_is_taken_over()
    {
        wire.On("PATCH", "/Users/1", 200, """{"id":"2","active":true}""");

        Assert.Equal(new Outcome.Done("2"), await wire.Target.UpdateAsync(AccountKind.User, "1", [], active: true, CancellationToken.None));
    }

    [Fact]
    public async Task Success_that_says_the_account_is_still_active_is_none()
    {
        wire.On("PATCH", "/Users/1", 200, """{"id":"1","active":true}""");

        Assert.IsType<Outcome.Retry>(await wire.Target.UpdateAsync(AccountKind.User, "1", [], active: false, CancellationToken.None));
    }

    [Fact]
    public async Task Members_leave_by_value_filter_before_others_come()
    {
        wire.On("PATCH", "/Groups/g", 200, "{}");

        Assert.Equal(new Outcome.Done("g"), await wire.Target.ChangeMembersAsync("g", ["3", "4"], ["1", "2\""], CancellationToken.None));

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse(
                """
                [
                  { "op": "remove", "path": "members[value eq \"1\"]" },
                  { "op": "remove", "path": "members[value eq \"2\\\"\"]" },
                  { "op": "add", "path": "members", "value": [{ "value": "3" }, { "value": "4" }] }
                ]
                """),
            wire.LastBody["Operations"]));
    }

    [Fact]
    public async Task Member_who_is_not_in_is_no_fault_even_for_a_server_that_says_so()
    {
        wire.On("PATCH", "/Groups/g", 400, """{"scimType":"noTarget","status":"400"}""");

        Assert.Equal(new Outcome.Done("g"), await wire.Target.ChangeMembersAsync("g", [], ["1", "2"], CancellationToken.None));
        Assert.Equal(3, wire.Calls.Count);
    }

    [Fact]
    public async Task Member_who_no_longer_exists_is_rejected_with_the_reason()
    {
        wire.On("PATCH", "/Groups/g", 400, """{"scimType":"invalidValue","detail":"No such user"}""");

        Assert.Equal(
            new Outcome.Rejected("PATCH Groups: 400 invalidValue, No such user"),
            await wire.Target.ChangeMembersAsync("g", ["9"], [], CancellationToken.None));
    }

    [Theory]
    [InlineData(204)]
    [InlineData(200)]
    [InlineData(404)]
    [InlineData(410)]
    public async Task Deleted_or_not_there_is_done(int status)
    {
        wire.On("DELETE", "/Users/1", status, status == 204 ? null : Page);

        Assert.Equal(new Outcome.Done("1"), await wire.Target.DeleteAsync(AccountKind.User, "1", CancellationToken.None));
    }

    [Theory]
    [InlineData(429, "7", 7d, true)]
    [InlineData(429, "Sun, 01 Mar 2026 12:01:30 GMT", 90d, true)]
    [InlineData(429, "Sun, 01 Mar 2026 11:00:00 GMT", 0d, true)]
    [InlineData(429, "99999999", 86400d, true)]
    [InlineData(429, null, null, true)]
    [InlineData(429, "soon", null, true)]
    [InlineData(503, "30", 30d, false)]
    [InlineData(500, null, null, false)]
    [InlineData(502, null, null, false)]
    [InlineData(504, null, null, false)]
    [InlineData(408, null, null, false)]
    public async Task Not_now_says_how_long_and_whether_anything_happened(int status, string? retryAfter, double? seconds, bool untouched)
    {
        wire.On("POST", "/Users", status, null, ScimWire.ScimType, retryAfter is null ? [] : [("Retry-After", retryAfter)]);

        var retry = Assert.IsType<Outcome.Retry>(await wire.Target.CreateAsync(ScimWire.User(), CancellationToken.None));

        Assert.Equal((seconds, untouched), (retry.After?.TotalSeconds, retry.Untouched));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(307)]
    [InlineData(401)]
    [InlineData(403)]
    public async Task What_would_be_the_same_for_everybody_stops_the_target(int status)
    {
        wire.On("PATCH", "/Users/1", status, null, ScimWire.ScimType, ("Location", "http://elsewhere.example/?token=t0ps3cret"));

        var stop = Assert.IsType<Outcome.Stop>(await wire.Target.UpdateAsync(AccountKind.User, "1", [], active: false, CancellationToken.None));

        Assert.DoesNotContain("t0ps3cret", stop.Reason, StringComparison.Ordinal);
        Assert.Single(wire.Calls);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(405)]
    [InlineData(412)]
    [InlineData(413)]
    [InlineData(501)]
    public async Task What_would_be_the_same_again_is_rejected(int status)
    {
        wire.On("PATCH", "/Users/1", status, Page);

        Assert.Equal(
            new Outcome.Rejected($"PATCH Users: {status}"),
            await wire.Target.UpdateAsync(AccountKind.User, "1", [], active: false, CancellationToken.None));
    }

    [Fact]
    public async Task Reason_repeats_the_code_and_no_personal_data()
    {
        wire.On(
            "POST",
            "/Users",
            400,
            """{"scimType":"invalidValue","detail":"Attribute emails: 'mholt@corp.example' of Mira Holt (MHOLT),\n see boss@corp.example, is invalid"}""",
            ScimWire.ScimType,
            ("X-Request-Id", "req-1"));

        Assert.Equal(
            new Outcome.Rejected("POST Users: 400 invalidValue, Attribute emails: '[...]' of [...] ([...]), see [...] is invalid (request req-1)"),
            await wire.Target.CreateAsync(ScimWire.User(), CancellationToken.None));
    }

    [Fact]
    public async Task Error_of_version_1_1_says_why_and_a_sentence_with_a_word_is_no_conflict()
    {
        wire.InTurn(
            "POST",
            "/Users",
            (400, """{"Errors":[{"description":"no_email","code":400}]}""", null),
            (400, """{"scimType":"invalidValue","detail":"displayName must be unique letters"}""", null));

        Assert.Equal(new Outcome.Rejected("POST Users: 400, no_email"), await wire.Target.CreateAsync(ScimWire.User(), CancellationToken.None));
        Assert.IsType<Outcome.Rejected>(await wire.Target.CreateAsync(ScimWire.User(), CancellationToken.None));
    }

    [Fact]
    public async Task Name_that_is_taken_by_somebody_else_is_told_apart_in_a_change_too()
    {
        wire.On("PATCH", "/Users/1", 409);

        Assert.Equal(
            new Outcome.Exists(null),
            await wire.Target.UpdateAsync(AccountKind.User, "1", [new AttributeChange(null, "userName", "taken")], active: null, CancellationToken.None));
    }

    [Fact]
    public async Task Refused_connection_is_known_to_be_untouched()
    {
        using var target = new ScimTarget(At($"http://127.0.0.1:{FreePort()}/scim"), TimeProvider.System);

        Assert.True(Assert.IsType<Outcome.Retry>(await target.CreateAsync(ScimWire.User(), CancellationToken.None)).Untouched);
    }

    [Fact]
    public async Task Unknown_host_is_known_to_be_untouched()
    {
        using var target = new ScimTarget(At("http://no-such-host.invalid/scim"), TimeProvider.System);

        Assert.True(Assert.IsType<Outcome.Retry>(await target.CreateAsync(ScimWire.User(), CancellationToken.None)).Untouched);
    }

    [Fact]
    public async Task Connection_that_breaks_is_not_known_to_be_untouched()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var target = new ScimTarget(At($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}"), TimeProvider.System);

        var creating = target.CreateAsync(ScimWire.User(), CancellationToken.None);
        using (var socket = await listener.AcceptSocketAsync().WaitAsync(TimeSpan.FromSeconds(10)))
        {
            await socket.ReceiveAsync(new byte[16]);
            socket.LingerState = new LingerOption(true, 0);
        }

        Assert.False(Assert.IsType<Outcome.Retry>(await creating).Untouched);
    }

    [Fact]
    public async Task Private_address_is_refused_unless_it_is_allowed()
    {
        var options = At($"https://localhost:{FreePort()}/scim");
        options.AllowPrivateAddresses = false;
        using var target = new ScimTarget(options, TimeProvider.System);

        var stop = Assert.IsType<Outcome.Stop>(await target.CreateAsync(ScimWire.User(), CancellationToken.None));

        Assert.Contains("allowPrivateAddresses", stop.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Target_of_faulty_options_is_refused() =>
        Assert.Throws<ArgumentException>(() => new ScimTarget(new ScimTargetOptions(), TimeProvider.System));

    private static ScimTargetOptions At(string baseUrl) =>
        new() { BaseUrl = baseUrl, Token = new SecretReference { Value = "t" }, AllowPrivateAddresses = true, TimeoutSeconds = 5, Discover = false };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
