using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Server.Api;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;

namespace ScimBridge.Server.Tests.Api;

/// <summary>A serving bridge of a test's own, with no targets, and a client of its SCIM service.</summary>
internal sealed class ApiBridge : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly BridgeHost _host;
    private readonly string _folder;
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false });

    private ApiBridge(TestDatabase database, BridgeHost host, string folder)
    {
        _database = database;
        _host = host;
        _folder = folder;
    }

    /// <summary>The base URL of SCIM.</summary>
    public string Url => new Uri(_host.Address, "/scim/v2").ToString();

    /// <summary>The secret that is sent unless a request says otherwise.</summary>
    public string Secret { get; private set; } = "";

    public Database Database => _database.Database;

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public static async Task<ApiBridge> StartAsync(
        DatabaseKind kind, string profile = "strict", Action<JsonObject>? adjust = null, Action<IServiceCollection>? services = null)
    {
        var database = await TestDatabase.CreateAsync(kind);
        var folder = Directory.CreateTempSubdirectory("scimbridge-").FullName;
        var json = TestBridge.Configure(kind, database.Location, "http://127.0.0.1:9");
        json["targets"] = new JsonObject();
        adjust?.Invoke(json);
        var configuration = BridgeConfiguration.Parse(json.ToJsonString(), Path.Combine(folder, "bridge.json"), new Dictionary<string, string>());
        var bridge = new ApiBridge(database, await BridgeHost.StartAsync(configuration, services), folder);
        bridge.Secret = await bridge.TokenAsync(profile, "tester", Scopes.ScimRead, Scopes.ScimWrite);
        return bridge;
    }

    /// <summary>Makes a token; answers with its secret.</summary>
    public async Task<string> TokenAsync(string profile, string client, params string[] scopes) =>
        (await Get<Tokens>().CreateAsync(client, profile, scopes, Duration.FromDays(1), CancellationToken.None)).Secret;

    /// <summary>Sends a request.</summary>
    public async Task<ApiAnswer> SendAsync(
        string method, string path, JsonNode? body = null, string? secret = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path.StartsWith("http", StringComparison.Ordinal) ? path : Url + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret ?? Secret);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (body is not null)
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/scim+json");
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new ApiAnswer(
            response.StatusCode,
            text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject(),
            response.Headers.ETag?.ToString(),
            response.Headers.Location?.ToString(),
            response.Headers.WwwAuthenticate.ToString());
    }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync("GET", path);

    public Task<ApiAnswer> PostAsync(string path, JsonNode body) => SendAsync("POST", path, body);

    public Task<ApiAnswer> PatchAsync(string path, params JsonNode[] operations) => SendAsync("PATCH", path, Patch(operations));

    /// <summary>Creates a user; answers with its id.</summary>
    public async Task<string> UserAsync(string userName, Action<JsonObject>? adjust = null)
    {
        var body = User(userName);
        adjust?.Invoke(body);
        return (await PostAsync("/Users", body)).Is(HttpStatusCode.Created).Id;
    }

    /// <summary>Creates a group; answers with its id.</summary>
    public async Task<string> GroupAsync(string displayName, params string[] members) => (await PostAsync("/Groups", new JsonObject
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Group"),
        ["displayName"] = displayName,
        ["members"] = new JsonArray([.. members.Select(m => (JsonNode)new JsonObject { ["value"] = m })]),
    })).Is(HttpStatusCode.Created).Id;

    public static JsonObject User(string userName) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:User"),
        ["userName"] = userName,
    };

    public static JsonObject Patch(params JsonNode[] operations) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
        ["Operations"] = new JsonArray(operations),
    };

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

/// <summary>An answer of the service.</summary>
internal sealed record ApiAnswer(HttpStatusCode Status, JsonObject? Body, string? ETag, string? Location, string Challenge)
{
    public string Id => (string)Body!["id"]!;

    public string? ScimType => (string?)Body?["scimType"];

    public ApiAnswer Is(HttpStatusCode status, string? scimType = null)
    {
        Assert.True(status == Status, $"{(int)Status} instead of {(int)status}: {Body?.ToJsonString()}");
        Assert.Equal(scimType, ScimType);
        return this;
    }
}
