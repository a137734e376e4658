using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ScimBridge.Connectors.Targets.Scim;
using ScimBridge.Provisioning.Mapping;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace ScimBridge.Connectors.Tests.Targets.Scim;

/// <summary>A server that answers as it is told, and a target that calls it.</summary>
internal sealed class ScimWire : IDisposable
{
    public const string ScimType = "application/scim+json";
    public const string Key = "8c1f6a0e-2f54-4b0c-9d57-0c5d3e1f2a11";

    private readonly WireMockServer server = WireMockServer.Start();

    private int scenarios;

    public ScimWire(Action<ScimTargetOptions>? configure = null)
    {
        var options = Options();
        configure?.Invoke(options);
        Target = new ScimTarget(options, Clock);
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public ScimTarget Target { get; }

    public IReadOnlyList<string> Calls => [.. server.LogEntries.Select(entry => $"{entry.RequestMessage!.Method} {entry.RequestMessage.Path}")];

    public JsonNode LastBody => JsonNode.Parse(server.LogEntries[^1].RequestMessage!.Body!)!;

    public Uri LastAddress => new(server.LogEntries[^1].RequestMessage!.Url);

    /// <summary>The bodies of the calls with this method, in order.</summary>
    public IReadOnlyList<JsonNode> Bodies(string method) =>
        [.. server.LogEntries.Where(entry => entry.RequestMessage!.Method == method).Select(entry => JsonNode.Parse(entry.RequestMessage!.Body!)!)];

    /// <summary>The values of a header in the calls with this method, in order; null where a call has none.</summary>
    public IReadOnlyList<string?> Headers(string method, string name) =>
    [
        .. server.LogEntries.Where(entry => entry.RequestMessage!.Method == method)
            .Select(entry => entry.RequestMessage!.Headers!.TryGetValue(name, out var values) ? values.Single() : null),
    ];

    public string LastHeader(string name) => server.LogEntries[^1].RequestMessage!.Headers![name].Single();

    public ScimTargetOptions Options() => new()
    {
        BaseUrl = server.Url + "/scim/v2/",
        Token = new SecretReference { Value = "t0ps3cret" },
        AllowPrivateAddresses = true,
        TimeoutSeconds = 30,
        Discover = false,
    };

    public ScimWire On(string method, string path, int status, string? body = null, string type = ScimType, params (string Name, string Value)[] headers)
    {
        var response = Response.Create().WithStatusCode(status);
        if (body is not null)
            response = response.WithBody(body).WithHeader("Content-Type", type);
        foreach (var (name, value) in headers)
            response = response.WithHeader(name, value);
        server.Given(Request.Create().WithPath("/scim/v2" + path).UsingMethod(method)).RespondWith(response);
        return this;
    }

    /// <summary>Gives one answer after the other; the last one again and again.</summary>
    public ScimWire InTurn(string method, string path, params (int Status, string? Body, string? ETag)[] answers)
    {
        var scenario = $"scenario {++scenarios}";
        for (var i = 0; i < answers.Length; i++)
        {
            var (status, body, etag) = answers[i];
            var response = Response.Create().WithStatusCode(status);
            if (body is not null)
                response = response.WithBody(body).WithHeader("Content-Type", ScimType);
            if (etag is not null)
                response = response.WithHeader("ETag", etag);
            var given = server.Given(Request.Create().WithPath("/scim/v2" + path).UsingMethod(method)).InScenario(scenario);
            if (i > 0)
                given = given.WhenStateIs($"{i}");
            given.WillSetStateTo($"{Math.Min(i + 1, answers.Length - 1)}").RespondWith(response);
        }

        return this;
    }

    /// <summary>Answers a filter on an attribute with these users.</summary>
    public ScimWire OnFilter(string attribute, params string[] users)
    {
        server.Given(Request.Create().WithPath("/scim/v2/Users").WithParam("filter", new WireMock.Matchers.WildcardMatcher($"{attribute} eq *")).UsingGet())
            .AtPriority(-1).RespondWith(Response.Create().WithStatusCode(200).WithBody(List(users)));
        return this;
    }

    public ScimWire OnQuery(string name, string value, string body)
    {
        server.Given(Request.Create().WithPath("/scim/v2/Users").WithParam(name, value).UsingGet()).AtPriority(-1)
            .RespondWith(Response.Create().WithStatusCode(200).WithBody(body));
        return this;
    }

    public static DesiredAccount User(string userName = "mholt", string key = Key) => new(
        AccountKind.User,
        key,
        Active: true,
        new JsonObject
        {
            ["userName"] = userName,
            ["displayName"] = "Mira Holt",
            ["name"] = new JsonObject { ["givenName"] = "Mira", ["familyName"] = "Holt" },
            ["emails"] = new JsonArray(new JsonObject { ["value"] = userName + "@corp.example", ["primary"] = true }),
            ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"] = new JsonObject { ["department"] = "Sales" },
        });

    public static string List(params string[] resources) =>
        $$"""{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":{{resources.Length}},"Resources":[{{string.Join(',', resources)}}]}""";

    public static string Resource(string id, string? externalId = Key) =>
        $$"""{"id":{{id}},"externalId":{{(externalId is null ? "null" : $"\"{externalId}\"")}},"userName":"u"}""";

    public void Dispose()
    {
        Target.Dispose();
        server.Dispose();
    }
}
