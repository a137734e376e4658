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

    public ScimWire() => Target = new ScimTarget(Options(), Clock);

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public ScimTarget Target { get; }

    public IReadOnlyList<string> Calls => [.. server.LogEntries.Select(entry => $"{entry.RequestMessage!.Method} {entry.RequestMessage.Path}")];

    public JsonNode LastBody => JsonNode.Parse(server.LogEntries[^1].RequestMessage!.Body!)!;

    public Uri LastAddress => new(server.LogEntries[^1].RequestMessage!.Url);

    public string LastHeader(string name) => server.LogEntries[^1].RequestMessage!.Headers![name].Single();

    public ScimTargetOptions Options() => new()
    {
        BaseUrl = server.Url + "/scim/v2/",
        Token = new SecretReference { Value = "t0ps3cret" },
        AllowPrivateAddresses = true,
        TimeoutSeconds = 5,
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
