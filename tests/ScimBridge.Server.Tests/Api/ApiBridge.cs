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
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Api;

/// <summary>A serving bridge of a test's own, with no targets, and a client of its SCIM service.</summary>
internal sealed class ApiBridge : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly BridgeHost _host;
    private readonly string _folder;
    private string? _hr;
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

    /// <summary>Hands in rows of the whole HR feed, and waits until everybody in it is decided.</summary>
    public async Task ImportAsync(params string[] rows)
    {
        _hr ??= await TokenAsync("strict", "hr", "hris.write:hr");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.Address, "/hris/v1/hr/batches?mode=full"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _hr);
        request.Content = new StringContent(string.Join('\n', [TestBridge.Header, .. rows]) + "\n");
        using var response = await _http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        var id = (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["id"]!;
        var state = "";
        for (var i = 0; i < 3_000; i++)
        {
            var (batch, next) = await Database.ReadAsync(
                async s => (await BatchStore.FindAsync(s, id, CancellationToken.None), await WorkerStore.NextAtAsync(s, "hr", CancellationToken.None)),
                CancellationToken.None);
            if (batch!.State is not ("waiting" or "reading") && (next is null || next > Get<IClock>().GetCurrentInstant().ToMicroseconds()))
            {
                Assert.Equal(0, batch.Counts.Faults);
                return;
            }

            state = $"{batch.State}, next decision {next}";
            await Task.Delay(20);
        }

        Assert.Fail($"The batch was never decided; it is {state}.");
    }

    /// <summary>The id of the user with that name.</summary>
    public async Task<string> FindAsync(string userName) => Assert.Single(await ListAsync($"/Users?filter=userName eq \"{userName}\"")).Id;

    /// <summary>The resources that a query finds.</summary>
    public async Task<List<ApiAnswer>> ListAsync(string path) =>
        [.. ((await GetAsync(path)).Is(HttpStatusCode.OK).Body!["Resources"] as JsonArray ?? [])
            .Select(r => new ApiAnswer(HttpStatusCode.OK, r!.AsObject(), ETag: null, Location: null, Challenge: ""))];

    /// <summary>What the journal has of a resource: kinds and data, in order.</summary>
    public Task<List<(string Kind, string Data)>> JournalAsync(string subject) => Database.ReadAsync(
        s => s.QueryAsync(
            "SELECT kind, data FROM journal WHERE subject = @subject ORDER BY seq",
            r => (r.GetString(0), r.GetString(1)),
            CancellationToken.None,
            ("subject", subject)),
        CancellationToken.None);

    public Task<ApiAnswer> DeleteAsync(string path) => SendAsync("DELETE", path);

    public static JsonObject Operation(string op, string? path, JsonNode? value)
    {
        var operation = new JsonObject { ["op"] = op };
        if (path is not null)
            operation["path"] = path;
        if (value is not null)
            operation["value"] = value;
        return operation;
    }

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

    public static JsonArray Members(params string[] ids) => [.. ids.Select(id => (JsonNode)new JsonObject { ["value"] = id })];

    public static JsonObject Bulk(params (string Method, string Path, JsonNode? Data)[] operations) => new()
    {
        ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:BulkRequest"),
        ["Operations"] = new JsonArray([.. operations.Select((o, i) =>
        {
            var operation = new JsonObject { ["method"] = o.Method, ["path"] = o.Path };
            if (o.Method == "POST")
                operation["bulkId"] = "b" + i.ToString(System.Globalization.CultureInfo.InvariantCulture);
            if (o.Data is not null)
                operation["data"] = o.Data;
            return (JsonNode)operation;
        })]),
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
