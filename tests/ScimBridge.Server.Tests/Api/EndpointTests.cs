using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using ScimBridge.Fixtures;
using ScimBridge.Server.Api;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Tests.Api;

/// <summary>Nothing but what is public by its nature is answered without a credential, and nothing without the scope that it needs.</summary>
public sealed class EndpointTests
{
    [Fact]
    public async Task Every_endpoint_that_is_not_public_refuses_whoever_brings_no_credential_or_none_of_its_scope()
    {
        await using var bridge = await ApiBridge.StartAsync(
            DatabaseKind.Sqlite, adjust: json =>
            {
                json["signals"] = new JsonObject { ["issuer"] = "https://bridge.example" };
                json["sponsorship"] = new JsonObject();
            });
        var nothing = await bridge.TokenAsync("strict", "nobody");
        var root = new Uri(new Uri(bridge.Url), "/");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        var open = new List<string>();

        foreach (var endpoint in bridge.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var path = string.Join('/', endpoint.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(
                p => p is Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart literal ? literal.Content : "x"))));
            var methods = endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods is { Count: > 0 } known
                ? known
                : ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"];
            foreach (var method in methods)
            {
                var anonymous = await SendAsync(method, path, secret: null);
                if (anonymous.StatusCode == HttpStatusCode.OK)
                {
                    open.Add($"{method} /{path}");
                    continue;
                }

                Assert.True(anonymous.StatusCode == HttpStatusCode.Unauthorized, $"{method} /{path} is {(int)anonymous.StatusCode}");
                // The credential of a webhook is its signature, and that of a link by which somebody answers is the link.
                if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null)
                {
                    Assert.Contains($"{method} /{path}", (string[])["POST /hris/v1/x/events", "GET /answers/x", "POST /answers/x", "POST /rotations/v1/x/confirmation"]);
                    await IsErrorAsync(anonymous, method, 401);
                    continue;
                }

                Assert.Equal("Bearer realm=\"scim\"", anonymous.Headers.WwwAuthenticate.ToString());
                await IsErrorAsync(anonymous, method, 401);

                var wrong = await SendAsync(method, path, "sbt_" + new string('0', 64));
                Assert.True(wrong.StatusCode == HttpStatusCode.Unauthorized, $"{method} /{path} is {(int)wrong.StatusCode}");
                Assert.Equal("Bearer realm=\"scim\", error=\"invalid_token\"", wrong.Headers.WwwAuthenticate.ToString());

                // /Me says to whoever has a credential that it is a client's; the rest needs a scope.
                if (endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Policy is null)
                {
                    Assert.StartsWith("scim/v2/Me/", path, StringComparison.Ordinal);
                    continue;
                }

                var withoutScope = await SendAsync(method, path, nothing);
                Assert.True(withoutScope.StatusCode == HttpStatusCode.Forbidden, $"{method} /{path} is {(int)withoutScope.StatusCode}");
                Assert.Contains("error=\"insufficient_scope\"", withoutScope.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
                await IsErrorAsync(withoutScope, method, 403);
            }
        }

        Assert.Equal(["GET /.well-known/jwks.json", "GET /.well-known/ssf-configuration", "GET /health"], open.Order(StringComparer.Ordinal));

        async Task<HttpResponseMessage> SendAsync(string method, string path, string? secret)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(root, path));
            request.Headers.Authorization = secret is null ? null : new AuthenticationHeaderValue("Bearer", secret);
            return await http.SendAsync(request);
        }
    }

    [Theory]
    [InlineData("GET", "/nowhere")]
    [InlineData("DELETE", "/Users")]
    [InlineData("GET", "/Users/1/2")]
    public async Task What_is_not_there_is_not_told_to_strangers(string method, string path)
    {
        await using var bridge = await ApiBridge.StartAsync(DatabaseKind.Sqlite);
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), bridge.Url + path);

        using var answer = await http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Revoked_and_expired_tokens_are_refused_at_once()
    {
        await using var bridge = await ApiBridge.StartAsync(DatabaseKind.Sqlite);
        var tokens = bridge.Get<Tokens>();
        var (token, secret) = await tokens.CreateAsync("c", "strict", [Scopes.ScimRead], NodaTime.Duration.FromDays(1), CancellationToken.None);
        var (_, expired) = await tokens.CreateAsync("c", "strict", [Scopes.ScimRead], NodaTime.Duration.Zero, CancellationToken.None);
        (await bridge.SendAsync("GET", "/Users", secret: secret)).Is(HttpStatusCode.OK);

        await bridge.Database.WriteAsync(
            s => Storage.Stores.TokenStore.RevokeAsync(s, token.Id, 1, CancellationToken.None), CancellationToken.None);

        (await bridge.SendAsync("GET", "/Users", secret: secret)).Is(HttpStatusCode.Unauthorized);
        (await bridge.SendAsync("GET", "/Users", secret: expired)).Is(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("scim.read", true)]
    [InlineData("scim.write", true)]
    [InlineData("hris.write:hr", true)]
    [InlineData("admin.read", true)]
    [InlineData("admin.operate", true)]
    [InlineData("admin.approve", true)]
    [InlineData("hris.write", false)]
    [InlineData("hris.write:", false)]
    [InlineData("admin", false)]
    [InlineData("scim.*", false)]
    [InlineData("SCIM.READ", false)]
    [InlineData("", false)]
    public void Scopes_are_known_by_name(string scope, bool isKnown) => Assert.Equal(isKnown, Scopes.Fault(scope) is null);

    private static async Task IsErrorAsync(HttpResponseMessage answer, string method, int status)
    {
        Assert.Equal("application/scim+json", answer.Content.Headers.ContentType?.ToString());
        if (method == "HEAD")
            return;
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal("urn:ietf:params:scim:api:messages:2.0:Error", (string?)body["schemas"]![0]);
        Assert.Equal(status.ToString(System.Globalization.CultureInfo.InvariantCulture), (string?)body["status"]);
    }
}
