using ScimBridge.Connectors.Targets.Okta;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using static ScimBridge.Connectors.Tests.Targets.Okta.OktaAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Okta;

/// <summary>Single exchanges: limits, refusals, pages, and answers that are none.</summary>
public sealed class OktaExchangeTests : IDisposable
{
    private const string Page = "<html><body>Sign in</body></html>";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly OktaWire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public async Task Call_carries_the_API_token_and_says_who_calls()
    {
        _wire.On("GET", "/users/00u1", 200, """{"id":"00u1","status":"ACTIVE","profile":{}}""");

        await _wire.Target.GetAsync(AccountKind.User, "00u1", None);

        Assert.Equal("SSWS 00t0ps3cret", _wire.LastHeader("Authorization"));
        Assert.StartsWith("ScimBridge/", _wire.LastHeader("User-Agent"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Search_is_quoted_and_escaped()
    {
        _wire.On("GET", "/users", 200, "[]");

        await _wire.Target.FindAsync(AccountKind.User, """a"b\c&d""", None);

        Assert.Equal("""GET /users?search=profile.scimBridgeId eq "a\"b\\c&d"&limit=20""", Uri.UnescapeDataString(Assert.Single(_wire.Calls)));
    }

    [Fact]
    public async Task Retry_After_is_kept_where_it_is_sent()
    {
        _wire.On("GET", "/users", 429, OktaWire.Error("E0000047"), headers: [.. OktaWire.Limit(600, 0, 42), ("Retry-After", "7")]);

        Assert.Equal(TimeSpan.FromSeconds(7), Assert.IsType<Outcome.Retry>(await FindAsync()).After);
    }

    [Fact]
    public async Task Too_many_at_once_is_told_from_too_many_in_a_minute_and_closes_nothing()
    {
        _wire.On("GET", "/users", 429, OktaWire.Error("E0000047"), headers: OktaWire.Limit(0, 0, 60));

        for (var time = 0; time < 2; time++)
            Assert.Contains("inFlight", Assert.IsType<Outcome.Retry>(await FindAsync()).Reason, StringComparison.Ordinal);

        Assert.Equal(2, _wire.Calls.Count);
    }

    [Theory]
    [InlineData(401, "E0000011", typeof(Outcome.Stop), "refuses the credential")]
    [InlineData(403, "E0000015", typeof(Outcome.Rejected), "does not have the feature")]
    [InlineData(403, "E0000038", typeof(Outcome.Rejected), "status or the origin")]
    [InlineData(403, "E0000006", typeof(Outcome.Rejected), "role that covers it")]
    [InlineData(409, "E0000112", typeof(Outcome.Retry), "still at work")]
    [InlineData(412, "E0000999", typeof(Outcome.Retry), "changed meanwhile")]
    [InlineData(400, "E0000003", typeof(Outcome.Rejected), "Something is wrong")]
    [InlineData(500, "E0000009", typeof(Outcome.Retry), "500 E0000009")]
    [InlineData(503, "E0000010", typeof(Outcome.Retry), "maintenance")]
    public async Task Refusal_says_the_code_the_request_and_what_to_do(int status, string code, Type outcome, string advice)
    {
        _wire.On("POST", "/users/00u1", status, OktaWire.Error(code), headers: ("X-Okta-Request-Id", "req-77"));

        var got = await _wire.Target.UpdateAsync(AccountKind.User, "00u1", [Title("Lead")], active: null, None);

        Assert.IsType(outcome, got);
        var reason = ReasonOf(got);
        Assert.StartsWith($"POST users/{{id}}: {status} {code}, Something is wrong (error oae1-x, request req-77)", reason, StringComparison.Ordinal);
        Assert.Contains(advice, reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, "{}", "may not do this")]
    [InlineData(302, null, "redirects")]
    [InlineData(404, Page, "no Okta org")]
    public async Task What_concerns_everybody_stops(int status, string? body, string reason)
    {
        _wire.On("GET", "/users", status, body);

        Assert.Contains(reason, Assert.IsType<Outcome.Stop>(await FindAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scope_that_is_missing_stops_even_where_one_account_was_asked_for()
    {
        _wire.On("GET", "/users/00u1", 403, OktaWire.Error("E0000006"), headers: ("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"okta.users.read\""));

        Assert.Contains("scope", Assert.IsType<Outcome.Stop>((await _wire.Target.GetAsync(AccountKind.User, "00u1", None)).Outcome).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, Page)]
    [InlineData(200, "")]
    [InlineData(200, "{}")]
    [InlineData(502, Page)]
    public async Task Answer_that_is_none_of_Okta_is_tried_again_and_promises_nothing(int status, string body)
    {
        _wire.On("POST", "/users", status, body, "text/html");

        Assert.False(Assert.IsType<Outcome.Retry>(await _wire.Target.CreateAsync(User(), None)).Untouched);
    }

    [Fact]
    public async Task Reasons_name_the_field_and_nobody()
    {
        _wire.On("POST", "/users", 400, OktaWire.Error(
            "E0000001", "Api validation failed: lastName", "lastName: 'Holt' of mira.holt@corp.example is too long", "department: Sales is not allowed"));

        var reason = Assert.IsType<Outcome.Rejected>(await _wire.Target.CreateAsync(User(), None)).Reason;

        Assert.Contains("lastName", reason, StringComparison.Ordinal);
        foreach (var secret in new[] { "Holt", "Mira", "mira", "Sales", "t0ps3cret", Key })
            Assert.DoesNotContain(secret, reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_followed_by_their_links_and_never_to_another_host()
    {
        _wire.On(
            "GET", "/users", 200, """[{"id":"00u1","profile":{"scimBridgeId":"x"}}]""",
            headers: ("Link", "<https://elsewhere.example/api/v1/users?limit=20>; rel=\"self\", <https://elsewhere.example/api/v1/users?after=abc&limit=20>; rel=\"next\""));
        _wire.OnQuery("/users", "after", "abc", $$$"""[{"id":"00u2","profile":{"scimBridgeId":"{{{Key}}}"}}]""");

        Assert.Equal(new Outcome.Exists("00u2"), await FindAsync());

        Assert.Equal("GET /users?after=abc&limit=20", _wire.Calls[1]);
    }

    [Fact]
    public async Task Pages_without_an_end_are_given_up()
    {
        _wire.On("GET", "/users", 200, "[]", headers: ("Link", "<https://x.example/api/v1/users?after=abc>; rel=\"next\""));

        Assert.IsType<Outcome.Rejected>(await FindAsync());
        Assert.Equal(50, _wire.Calls.Count);
    }

    [Fact]
    public async Task Conflict_that_nobody_is_seen_to_hold_names_nobody()
    {
        _wire.On("POST", "/users", 400, OktaWire.Error("E0000001", "Api validation failed: login", "login: An object with this field already exists in the current organization"))
            .On("GET", "/users", 200, "[]");

        Assert.Equal(new Outcome.Exists(null), await _wire.Target.CreateAsync(User(), None));
    }

    [Fact]
    public async Task Private_address_is_refused_unless_allowed()
    {
        var options = _wire.Options();
        (options.BaseUrl, options.AllowPrivateAddresses) = (options.BaseUrl!.Replace("http:", "https:", StringComparison.Ordinal), false);
        using var target = new OktaTarget(options, TimeProvider.System);

        Assert.Contains("allowPrivateAddresses", Assert.IsType<Outcome.Stop>(await target.FindAsync(AccountKind.User, Key, None)).Reason, StringComparison.Ordinal);
    }

    private Task<Outcome> FindAsync() => _wire.Target.FindAsync(AccountKind.User, Key, None);

    private static string ReasonOf(Outcome outcome) => outcome switch
    {
        Outcome.Stop stop => stop.Reason,
        Outcome.Retry retry => retry.Reason,
        Outcome.Rejected rejected => rejected.Reason,
        _ => "",
    };
}
