using Microsoft.Extensions.Time.Testing;
using ScimBridge.Connectors.Targets.Entra;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using static ScimBridge.Connectors.Tests.Targets.Entra.EntraAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>Single exchanges: limits, refusals, pages, and answers that are none.</summary>
public sealed class EntraExchangeTests : IDisposable
{
    private const string Page = "<html><body>Sign in</body></html>";
    private const string Id = "87d349ed-44d7-43e1-9a83-5f2406dee5bd";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly EntraWire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Theory]
    [InlineData(401, "InvalidAuthenticationToken", typeof(Outcome.Stop), "refuses the token")]
    [InlineData(403, "Authorization_RequestDenied", typeof(Outcome.Rejected), "administrator's role")]
    [InlineData(404, "Request_ResourceNotFound", typeof(Outcome.Gone), "")]
    [InlineData(409, "Directory_ConcurrencyViolation", typeof(Outcome.Retry), "Somebody else is changing it")]
    [InlineData(412, "Request_PreconditionFailed", typeof(Outcome.Retry), "Somebody else is changing it")]
    [InlineData(423, "resourceLocked", typeof(Outcome.Retry), "Somebody else is changing it")]
    [InlineData(400, "Directory_QuotaExceeded", typeof(Outcome.Rejected), "quota")]
    [InlineData(400, "Request_BadRequest", typeof(Outcome.Rejected), "Something is wrong")]
    [InlineData(500, "UnknownError", typeof(Outcome.Retry), "500 UnknownError")]
    [InlineData(503, "serviceNotAvailable", typeof(Outcome.Retry), "503 serviceNotAvailable")]
    public async Task Refusal_says_the_code_the_request_and_what_to_do(int status, string code, Type outcome, string advice)
    {
        _wire.Then(status, EntraWire.Error(code), ("request-id", "req-77"));

        var got = await _wire.Target.UpdateAsync(AccountKind.User, Id, [Title("Lead")], active: null, None);

        Assert.IsType(outcome, got);
        if (got is Outcome.Gone)
            return;
        Assert.StartsWith($"PATCH users/{{id}}: {status} {code}, Something is wrong (request req-77)", ReasonOf(got), StringComparison.Ordinal);
        Assert.Contains(advice, ReasonOf(got), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(302, null, "redirects")]
    [InlineData(404, Page, "no Microsoft Graph")]
    [InlineData(403, "{}", "consent")]
    public async Task What_concerns_everybody_stops(int status, string? body, string reason)
    {
        _wire.Then(status, body);

        Assert.Contains(reason, Assert.IsType<Outcome.Stop>(await FindAsync()).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200, Page)]
    [InlineData(200, "")]
    [InlineData(200, "{}")]
    [InlineData(200, "{\"value\":7}")]
    [InlineData(502, Page)]
    public async Task Answer_that_is_none_of_Graph_is_tried_again_and_promises_nothing(int status, string body)
    {
        _wire.Then(status, body);

        Assert.False(Assert.IsType<Outcome.Retry>(await FindAsync()).Untouched);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"responses\":[{\"id\":\"9\",\"status\":204}]}")]
    [InlineData("{\"responses\":[]}")]
    public async Task Batch_that_is_not_answered_in_full_is_tried_again(string answer)
    {
        _wire.Then(200, """{"id":"g","groupTypes":[]}""").Then(200, answer);

        Assert.False(Assert.IsType<Outcome.Retry>(await _wire.Target.ChangeMembersAsync("g", [], ["m"], None)).Untouched);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("120", 120)]
    public async Task Retry_After_is_kept(string seconds, int wait)
    {
        _wire.Then(429, EntraWire.Error("TooManyRequests"), ("Retry-After", seconds));

        Assert.Equal((TimeSpan.FromSeconds(wait), true), await FindAsync() is Outcome.Retry retry ? (retry.After, retry.Untouched) : default);
    }

    [Fact]
    public async Task Pages_are_followed_also_empty_ones_and_never_to_another_host()
    {
        _wire.Then(200, """{"value":[],"@odata.nextLink":"https://elsewhere.example/v1.0/users?$filter=x&$skiptoken=abc"}""")
            .Then(200, $$"""{"value":[{"id":"{{Id}}","{{EntraTenant.Extension}}":"{{Key}}"}]}""");

        Assert.Equal(new Outcome.Exists(Id), await FindAsync());

        Assert.Equal("GET /v1.0/users?$filter=x&$skiptoken=abc", _wire.Calls[1].Line);
    }

    [Fact]
    public async Task Filter_that_Graph_did_not_understand_finds_nobody()
    {
        _wire.Then(200, $$"""{"value":[{"id":"1","{{EntraTenant.Extension}}":"another"},{"id":"2"}]}""");

        Assert.IsType<Outcome.Gone>(await FindAsync());
    }

    [Fact]
    public async Task Two_that_carry_the_same_key_are_nobodys_guess()
    {
        _wire.Then(200, $$"""{"value":[{"id":"1","{{EntraTenant.Extension}}":"{{Key}}"},{"id":"2","{{EntraTenant.Extension}}":"{{Key}}"}]}""");

        Assert.Contains("2 accounts", Assert.IsType<Outcome.Rejected>(await FindAsync()).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_in_a_query_is_quoted()
    {
        _wire.Then(200, """{"value":[]}""");

        await _wire.Target.FindAsync(AccountKind.User, "a'b&c#d", None);

        Assert.StartsWith($"GET /v1.0/users?$filter={EntraTenant.Extension} eq 'a''b&c#d'&$select=id,", Assert.Single(_wire.Calls).Line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attribute_of_Exchange_is_asked_for_with_the_header_that_it_needs()
    {
        using var wire = new EntraWire(set: o => o.CorrelationAttribute = "extensionAttribute7");
        wire.Then(200, $$$"""{"value":[{"id":"{{{Id}}}","onPremisesExtensionAttributes":{"extensionAttribute7":"{{{Key}}}"}}]}""");

        Assert.Equal(new Outcome.Exists(Id), await wire.Target.FindAsync(AccountKind.User, Key, None));

        var call = Assert.Single(wire.Calls);
        Assert.StartsWith($"GET /v1.0/users?$count=true&$filter=onPremisesExtensionAttributes/extensionAttribute7 eq '{Key}'", call.Line, StringComparison.Ordinal);
        Assert.Equal("eventual", call.Headers["ConsistencyLevel"]);
    }

    [Fact]
    public async Task Tokens_are_asked_for_the_cloud_that_the_tenant_is_in()
    {
        using var wire = new EntraWire(set: o => o.Cloud = EntraCloud.UsGov);
        wire.Then(200, """{"value":[]}""");

        await wire.Target.FindAsync(AccountKind.User, Key, None);

        Assert.Contains("scope=https://graph.microsoft.us/.default", wire.TokenForm, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_that_is_wanted_with_other_claims_is_asked_for_with_them()
    {
        var claims = """{"access_token":{"nbf":{"essential":true,"value":"1769000000"}}}""";
        var challenge = $"Bearer realm=\"\", error=\"insufficient_claims\", claims=\"{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(claims))}\"";
        _wire.Then(200, """{"value":[]}""").Then(401, EntraWire.Error("InvalidAuthenticationToken"), ("WWW-Authenticate", challenge)).Then(200, """{"value":[]}""");
        await FindAsync();

        Assert.IsType<Outcome.Gone>(await FindAsync());

        Assert.Contains("1769000000", _wire.TokenForm, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_deleted_users_cannot_be_asked_for_like_that_users_are_made_all_the_same()
    {
        _wire.Then(400, EntraWire.Error("Request_UnsupportedQuery")).Then(201, $$"""{"id":"{{Id}}"}""");

        Assert.Equal(new Outcome.Done(Id), await _wire.Target.CreateAsync(User(), None));
    }

    [Fact]
    public async Task Refused_for_a_while_Graph_is_left_alone_for_that_while()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var wire = new EntraWire(clock);
        wire.Then(429, EntraWire.Error("TooManyRequests"), ("Retry-After", "30")).Then(200, """{"value":[]}""");

        Assert.Equal(TimeSpan.FromSeconds(30), Assert.IsType<Outcome.Retry>(await wire.Target.FindAsync(AccountKind.User, Key, None)).After);
        clock.Advance(TimeSpan.FromSeconds(10));
        var held = Assert.IsType<Outcome.Retry>(await wire.Target.FindAsync(AccountKind.User, Key, None));
        Assert.True(held is { IsHeldBack: true, Untouched: true, After.TotalSeconds: > 19 and <= 20 }, held.ToString());
        Assert.Single(wire.Calls);
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.IsType<Outcome.Gone>(await wire.Target.FindAsync(AccountKind.User, Key, None));
    }

    [Fact]
    public async Task Limit_that_is_nearly_used_up_slows_calls_but_for_those_that_shut_somebody_out()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        using var wire = new EntraWire(clock);
        wire.Then(200, """{"value":[]}""", ("x-ms-throttle-limit-percentage", "1")).Then(200, """{"value":[]}""").Then(200, """{"value":true}""").Then(200, """{"value":[]}""");

        // The turn that follows is taken at once, the one behind it is spaced.
        Assert.IsType<Outcome.Gone>(await wire.Target.FindAsync(AccountKind.User, Key, None));
        Assert.IsType<Outcome.Gone>(await wire.Target.FindAsync(AccountKind.User, Key, None));
        var waiting = wire.Target.FindAsync(AccountKind.User, Key, None);
        Assert.IsType<Outcome.Done>(await wire.Target.RevokeAsync(AccessKind.Sessions, Id, None));
        Assert.False(waiting.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.IsType<Outcome.Gone>(await waiting);
        Assert.NotNull(wire.Target.Pace);
    }

    [Fact]
    public async Task Private_address_is_refused_unless_allowed()
    {
        var options = _wire.Options();
        options.BaseUrl = options.BaseUrl!.Replace("http:", "https:", StringComparison.Ordinal);
        options.AuthorityHost = options.AuthorityHost!.Replace("http:", "https:", StringComparison.Ordinal);
        options.AllowPrivateAddresses = false;
        using var target = new EntraTarget(options, TimeProvider.System);

        Assert.Contains("allowPrivateAddresses", Assert.IsType<Outcome.Stop>(await target.FindAsync(AccountKind.User, Key, None)).Reason, StringComparison.Ordinal);
        Assert.Empty(_wire.Calls);
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
