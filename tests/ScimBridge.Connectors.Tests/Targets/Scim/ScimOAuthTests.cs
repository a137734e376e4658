using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ScimBridge.Connectors.Targets.Scim;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.ScimTarget;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using ScimTargetOptions = ScimBridge.Connectors.Targets.Scim.ScimTargetOptions;

namespace ScimBridge.Connectors.Tests.Targets.Scim;

/// <summary>Tokens of a token service: asked for, kept, renewed, refused.</summary>
public sealed class ScimOAuthTests : IAsyncLifetime
{
    // What a form would change, and what would end a user name of Basic.
    private const string Id = "bridge:1 %&";
    private const string Secret = "s3cr+t/:%=";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private SandboxHost? sandbox;

    private SandboxHost Sandbox => sandbox!;

    private ScimTargetState System => Sandbox.Target("corp");

    public async Task InitializeAsync() => sandbox = await SandboxHost.StartAsync(new SandboxOptions
    {
        Clock = clock,
        Targets =
        [
            new("corp", "unused") { Client = new ScimTokenClient(Id, Secret) { LifeSeconds = 600, Scope = "scim.write" } },
            new("post", "unused") { Client = new ScimTokenClient(Id, Secret) { InBody = true } },
        ],
    });

    public Task DisposeAsync() => Sandbox.DisposeAsync().AsTask();

    [Theory]
    [InlineData("corp", ScimClientAuthentication.ClientSecretBasic)]
    [InlineData("post", ScimClientAuthentication.ClientSecretPost)]
    public async Task Client_proves_itself_in_either_way(string name, ScimClientAuthentication way)
    {
        using var target = Open(name, options => options.OAuth!.Authentication = way);

        Assert.IsType<Outcome.Done>(await target.CreateAsync(ScimWire.User(), None));
        Assert.IsType<Outcome.Exists>(await target.FindAsync(AccountKind.User, ScimWire.Key, None));
        Assert.Equal(1, Sandbox.Target(name).TokenRequests);
    }

    [Fact]
    public async Task Many_calls_ask_once_and_again_shortly_before_the_end()
    {
        using var target = Open();

        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => FindAsync(target)));
        clock.Advance(TimeSpan.FromSeconds(530));
        await FindAsync(target);
        Assert.Equal(1, System.TokenRequests);

        clock.Advance(TimeSpan.FromSeconds(20));
        await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => FindAsync(target)));
        Assert.Equal(2, System.TokenRequests);
    }

    [Fact]
    public async Task Token_that_is_refused_is_renewed_once_and_the_call_is_made()
    {
        using var target = Open();
        await FindAsync(target);

        System.RevokeTokens();

        Assert.IsType<Outcome.Done>(await target.CreateAsync(ScimWire.User(), None));
        Assert.Equal(2, System.TokenRequests);
        Assert.Equal(1, System.UserCount);
    }

    [Fact]
    public async Task Target_that_refuses_every_token_stops_after_the_second()
    {
        using var wire = WireMockServer.Start();
        wire.Given(Request.Create().WithPath("/token")).RespondWith(Response.Create().WithStatusCode(200).WithBody("""{"access_token":"t0ps3cret","token_type":"bearer"}"""));
        wire.Given(Request.Create().WithPath("/scim/*")).RespondWith(Response.Create().WithStatusCode(401).WithBody("""{"detail":"t0ps3cret is unknown"}"""));
        using var target = Open("corp", options => (options.BaseUrl, options.OAuth!.TokenUrl) = (wire.Url + "/scim", wire.Url + "/token"));

        Assert.IsType<Outcome.Stop>(await target.FindAsync(AccountKind.User, "k", None));
        Assert.Equal(["/token", "/scim/Users", "/token", "/scim/Users"], wire.LogEntries.Select(entry => entry.RequestMessage!.Path));
    }

    [Theory]
    [InlineData("invalid_client", "oauth.clientSecret")]
    [InlineData("invalid_scope", "oauth.scope")]
    [InlineData("unauthorized_client", "client credentials")]
    [InlineData("the secret was s3cr3t-value", "oauth.tokenUrl")]
    public async Task Refused_client_stops_the_target_and_says_what_to_do(string error, string advice)
    {
        using var wire = WireMockServer.Start();
        var body = new JsonObject { ["error"] = error, ["error_description"] = "s3cr3t-value" }.ToJsonString();
        wire.Given(Request.Create().UsingPost()).RespondWith(Response.Create().WithStatusCode(400).WithBody(body));
        using var target = Open("corp", options => options.OAuth!.TokenUrl = wire.Url);

        var stop = Assert.IsType<Outcome.Stop>(await target.CreateAsync(ScimWire.User(), None));

        Assert.Contains(advice, stop.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr", stop.Reason + stop.Failure, StringComparison.Ordinal);
        Assert.Equal(0, System.Calls.Total);
    }

    [Fact]
    public async Task Wrong_secret_and_wrong_scope_are_told_apart()
    {
        using var unknown = Open("corp", options => options.OAuth!.ClientSecret = new SecretReference { Value = "wrong" });
        using var greedy = Open("corp", options => options.OAuth!.Scope = "everything");

        Assert.Contains("401 invalid_client", Assert.IsType<Outcome.Stop>(await unknown.FindAsync(AccountKind.User, "k", None)).Reason, StringComparison.Ordinal);
        Assert.Contains("400 invalid_scope", Assert.IsType<Outcome.Stop>(await greedy.FindAsync(AccountKind.User, "k", None)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(503, "")]
    [InlineData(429, "")]
    [InlineData(200, "<html>Sign in</html>")]
    [InlineData(200, """{"access_token":"a b"}""")]
    [InlineData(200, """{"access_token":"t","token_type":"mac"}""")]
    public async Task Token_service_in_trouble_leaves_the_account_untouched(int status, string body)
    {
        using var wire = WireMockServer.Start();
        wire.Given(Request.Create().UsingPost()).RespondWith(Response.Create().WithStatusCode(status).WithBody(body));
        using var target = Open("corp", options => options.OAuth!.TokenUrl = wire.Url);

        Assert.True(Assert.IsType<Outcome.Retry>(await target.CreateAsync(ScimWire.User(), None)).Untouched);
    }

    [Fact]
    public async Task Token_that_has_not_ended_outlives_its_token_service()
    {
        using var wire = WireMockServer.Start();
        using var target = Open("corp", options =>
        {
            options.BaseUrl = wire.Url + "/scim";
            options.OAuth!.TokenUrl = wire.Url + "/token";
        });
        wire.Given(Request.Create().WithPath("/token")).InScenario("service").WillSetStateTo("down")
            .RespondWith(Response.Create().WithStatusCode(200).WithBody("""{"access_token":"t","expires_in":600}"""));
        wire.Given(Request.Create().WithPath("/token")).InScenario("service").WhenStateIs("down").WillSetStateTo("down")
            .RespondWith(Response.Create().WithStatusCode(503));
        wire.Given(Request.Create().WithPath("/scim/Users")).RespondWith(Response.Create().WithStatusCode(200).WithBody("""{"totalResults":0}"""));

        Assert.IsType<Outcome.Gone>(await target.FindAsync(AccountKind.User, "k", None));
        clock.Advance(TimeSpan.FromSeconds(580));
        Assert.IsType<Outcome.Gone>(await target.FindAsync(AccountKind.User, "k", None));
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.True(Assert.IsType<Outcome.Retry>(await target.FindAsync(AccountKind.User, "k", None)).Untouched);
    }

    [Fact]
    public async Task Token_service_inside_the_network_is_refused_unless_that_is_allowed()
    {
        using var target = Open("corp", options =>
        {
            (options.AllowPrivateAddresses, options.BaseUrl) = (false, "https://idp.example/scim");
            options.OAuth!.TokenUrl = $"https://localhost:{new Uri(Sandbox.BaseAddress.ToString()).Port}/token";
        });

        var stop = Assert.IsType<Outcome.Stop>(await target.CreateAsync(ScimWire.User(), None));

        Assert.Contains("POST token", stop.Reason, StringComparison.Ordinal);
        Assert.Contains("allowPrivateAddresses", stop.Reason, StringComparison.Ordinal);
        Assert.Equal(0, System.TokenRequests);
    }

    [Fact]
    public async Task Redirect_of_the_token_service_is_not_followed()
    {
        using var wire = WireMockServer.Start();
        wire.Given(Request.Create().UsingPost()).RespondWith(Response.Create().WithStatusCode(307).WithHeader("Location", Sandbox.TokenAddress("corp").ToString()));
        using var target = Open("corp", options => options.OAuth!.TokenUrl = wire.Url);

        Assert.Contains("redirects", Assert.IsType<Outcome.Stop>(await target.FindAsync(AccountKind.User, "k", None)).Reason, StringComparison.Ordinal);
        Assert.Equal(0, System.TokenRequests);
    }

    [Fact]
    public async Task Audience_and_scope_are_asked_for()
    {
        using var wire = WireMockServer.Start();
        wire.Given(Request.Create().UsingPost()).RespondWith(Response.Create().WithStatusCode(400));
        using var target = Open("corp", options => (options.OAuth!.TokenUrl, options.OAuth.Audience) = (wire.Url, "https://idp.example"));

        await target.FindAsync(AccountKind.User, "k", None);

        Assert.Equal("grant_type=client_credentials&scope=scim.write&audience=https%3A%2F%2Fidp.example", wire.LogEntries.Single().RequestMessage!.Body);
    }

    private static async Task FindAsync(ScimTarget target) => Assert.IsType<Outcome.Gone>(await target.FindAsync(AccountKind.User, "nobody", None));

    private ScimTarget Open(string name = "corp", Action<ScimTargetOptions>? configure = null)
    {
        var options = new ScimTargetOptions
        {
            BaseUrl = Sandbox.ScimAddress(name).ToString(),
            OAuth = new ScimOAuthOptions
            {
                TokenUrl = Sandbox.TokenAddress(name).ToString(),
                ClientId = Id,
                ClientSecret = new SecretReference { Value = Secret },
                Scope = "scim.write",
            },
            AllowPrivateAddresses = true,
            TimeoutSeconds = 30,
            Discover = false,
        };
        configure?.Invoke(options);
        return new ScimTarget(options, clock);
    }
}
