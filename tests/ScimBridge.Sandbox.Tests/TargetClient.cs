using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Sandbox.ScimTarget;

namespace ScimBridge.Sandbox.Tests;

/// <summary>A sandbox with one target, corp, on a free port, and a client that speaks to it over a socket.</summary>
public sealed class TargetClient : IAsyncDisposable
{
    public const string UserUrn = "urn:ietf:params:scim:schemas:core:2.0:User";
    public const string GroupUrn = "urn:ietf:params:scim:schemas:core:2.0:Group";
    public const string EnterpriseUrn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private readonly SandboxHost host;

    private TargetClient(SandboxHost host)
    {
        this.host = host;
        Http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { BaseAddress = host.BaseAddress };
        Http.DefaultRequestHeaders.Authorization = new("Bearer", "secret");
    }

    public HttpClient Http { get; }

    public ScimTargetState Target => host.Target("corp");

    public static async Task<TargetClient> StartAsync(ScimTargetSettings? settings = null, TimeProvider? clock = null) =>
        new(await SandboxHost.StartAsync(new()
        {
            Targets = [new("corp", "secret") { Settings = settings ?? new() }],
            Clock = clock ?? TimeProvider.System,
        }));

    public async Task<Reply> SendAsync(string method, string path, string? json = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new(method), path.StartsWith("/sandbox", StringComparison.Ordinal) ? path : $"/targets/corp/scim/v2{path}");
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/scim+json"));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new(
            (int)response.StatusCode,
            text,
            response.Content.Headers.ContentType?.MediaType,
            response.Headers.ETag?.ToString(),
            response.Headers.Location?.ToString(),
            response.Headers.TryGetValues("Retry-After", out var values) ? values.Single() : null);
    }

    public Task<Reply> GetAsync(string path) => SendAsync("GET", path);

    public Task<Reply> FindAsync(string resource, string filter) => GetAsync($"/{resource}?filter={Uri.EscapeDataString(filter)}");

    public Task<Reply> CreateUserAsync(string userName, string? externalId = null) => SendAsync("POST", "/Users", User(userName, externalId));

    public Task<Reply> CreateGroupAsync(string displayName, params string[] members) =>
        SendAsync("POST", "/Groups", new JsonObject
        {
            ["schemas"] = new JsonArray(GroupUrn),
            ["displayName"] = displayName,
            ["members"] = new JsonArray([.. members.Select(id => (JsonNode)new JsonObject { ["value"] = id })]),
        }.ToJsonString());

    /// <summary>Sends operations given as JSON with ' for ".</summary>
    public Task<Reply> PatchAsync(string path, string operations) =>
        SendAsync("PATCH", path, Json($"{{'schemas':['urn:ietf:params:scim:api:messages:2.0:PatchOp'],'Operations':[{operations}]}}"));

    public static string Json(string singleQuoted) => singleQuoted.Replace('\'', '"');

    public static string User(string userName, string? externalId = null) => new JsonObject
    {
        ["schemas"] = new JsonArray(UserUrn, EnterpriseUrn),
        ["userName"] = userName,
        ["externalId"] = externalId,
        ["name"] = new JsonObject { ["givenName"] = "Ann", ["familyName"] = "Ång" },
        ["displayName"] = "Ann Ång",
        ["active"] = true,
        ["emails"] = new JsonArray(new JsonObject { ["value"] = $"{userName}@example.com", ["type"] = "work", ["primary"] = true }),
        [EnterpriseUrn] = new JsonObject { ["department"] = "Research", ["employeeNumber"] = "7" },
    }.ToJsonString();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await host.DisposeAsync();
    }
}
