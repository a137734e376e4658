using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Hris;

/// <summary>A serving bridge with one JSON source, <c>people</c>, in its canonical form, and a clock that stands still until it is told.</summary>
internal sealed class HrisBridge : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly BridgeHost _host;
    private readonly string _folder;
    private readonly HttpClient _http = new();
    private string _sender = "";
    private string _admin = "";

    private HrisBridge(TestDatabase database, BridgeHost host, FakeTimeProvider time, string folder)
    {
        _database = database;
        _host = host;
        _folder = folder;
        Time = time;
    }

    public FakeTimeProvider Time { get; }

    public Database Database => _database.Database;

    public static async Task<HrisBridge> StartAsync(DatabaseKind kind, Action<JsonObject>? source = null, Action<JsonObject>? all = null)
    {
        var database = await TestDatabase.CreateAsync(kind);
        var folder = Directory.CreateTempSubdirectory("scimbridge-").FullName;
        var json = TestBridge.Configure(kind, database.Location, "http://127.0.0.1:9");
        json["targets"] = new JsonObject();
        var people = new JsonObject { ["kind"] = "json", ["timeZone"] = "Europe/Copenhagen" };
        source?.Invoke(people);
        json["sources"] = new JsonObject { ["people"] = people };
        all?.Invoke(json);
        var configuration = BridgeConfiguration.Parse(json.ToJsonString(), Path.Combine(folder, "bridge.json"), new Dictionary<string, string>());
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromTicks(10) };
        var host = await BridgeHost.StartAsync(configuration, s => s.AddSingleton<TimeProvider>(time));
        var bridge = new HrisBridge(database, host, time, folder);
        bridge._sender = await bridge.TokenAsync("sender", "hris.write:people");
        bridge._admin = await bridge.TokenAsync("admin", "admin.read", "admin.operate", "admin.approve", "scim.read", "scim.write");
        return bridge;
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public async Task<string> TokenAsync(string client, params string[] scopes) =>
        (await Get<Tokens>().CreateAsync(client, "strict", scopes, Duration.FromDays(3650), CancellationToken.None)).Secret;

    /// <summary>A worker in the canonical form.</summary>
    public static JsonObject Worker(string id, string given = "Anna", string family = "Jensen", params (string Name, string? Value)[] more)
    {
        var worker = new JsonObject { ["workerId"] = id, ["givenName"] = given, ["familyName"] = family, ["status"] = "active", ["type"] = "employee", ["startDate"] = "2020-01-01" };
        foreach (var (name, value) in more)
            worker[name] = value;
        return worker;
    }

    /// <summary>Sends as the HR system.</summary>
    public Task<HrisAnswer> SendAsync(string method, string path, string? body = null, string type = "application/json", params (string, string)[] headers) =>
        SendAsync(method, path, _sender, body, type, headers);

    /// <summary>Sends as an administrator.</summary>
    public Task<HrisAnswer> AdminAsync(string method, string path, string? body = null) => SendAsync(method, path, _admin, body, "application/json");

    /// <summary>Pushes workers; answers when they are decided too.</summary>
    public async Task<HrisAnswer> PushAsync(JsonNode body, string query = "")
    {
        var answer = await SendAsync("POST", "/hris/v1/people/workers" + query, body.ToJsonString());
        await DecideAsync();
        return answer;
    }

    /// <summary>Hands in a full feed that proves itself complete; answers when its batch is done and everybody in it is decided.</summary>
    public async Task<HrisAnswer> FullAsync(params JsonObject[] workers)
    {
        var lines = string.Join('\n', workers.Select(w => w.ToJsonString())) + "\n";
        var answer = (await SendAsync(
            "POST", $"/hris/v1/people/batches?mode=full&expectedRows={workers.Length.ToString(CultureInfo.InvariantCulture)}", lines, "application/x-ndjson"))
            .Is(HttpStatusCode.Accepted);
        return await BatchAsync((string)answer.Body!["id"]!);
    }

    /// <summary>The batch when it is done, and everybody in it is decided.</summary>
    public async Task<HrisAnswer> BatchAsync(string id)
    {
        for (var i = 0; i < 3_000; i++)
        {
            var answer = (await SendAsync("GET", $"/hris/v1/people/batches/{id}")).Is(HttpStatusCode.OK);
            if ((string)answer.Body!["state"]! is "read" or "failed")
            {
                await DecideAsync();
                return answer;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException("The batch was never read.");
    }

    /// <summary>Waits until nobody is due for a decision.</summary>
    public async Task DecideAsync()
    {
        for (var i = 0; i < 3_000; i++)
        {
            var next = await Database.ReadAsync(s => WorkerStore.NextAtAsync(s, "people", CancellationToken.None), CancellationToken.None);
            if (next is null || next > Get<IClock>().GetCurrentInstant().ToMicroseconds())
                return;
            Get<IAlarm>().Wake(new DrainKey(DrainKind.DecideWorkers, "people"));
            await Task.Delay(20);
        }

        throw new TimeoutException("Somebody is never decided.");
    }

    /// <summary>The user of a worker, by employee number; null where there is none.</summary>
    public async Task<JsonObject?> UserAsync(string number)
    {
        var filter = Uri.EscapeDataString($"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber eq \"{number}\"");
        var answer = (await AdminAsync("GET", $"/scim/v2/Users?filter={filter}")).Is(HttpStatusCode.OK);
        return answer.Body!["Resources"]?.AsArray().Select(r => r!.AsObject()).SingleOrDefault();
    }

    public async Task<bool?> IsActiveAsync(string number) => (bool?)(await UserAsync(number))?["active"];

    /// <summary>The types of the lifecycle events so far, each with its worker.</summary>
    public async Task<List<string>> EventsAsync(string cursor = "0")
    {
        var answer = (await SendAsync("GET", $"/hris/v1/people/events?cursor={cursor}")).Is(HttpStatusCode.OK);
        return [.. answer.Body!["events"]!.AsArray().Select(e => $"{e!["workerId"]} {e["type"]}")];
    }

    /// <summary>Signs as a webhook does.</summary>
    public (string, string)[] Sign(string body, string key, DateTimeOffset? at = null, string? id = null)
    {
        var timestamp = (at ?? Time.GetUtcNow()).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{timestamp}.{body}"));
        return id is null
            ? [("X-Timestamp", timestamp), ("X-Signature", "sha256=" + Convert.ToHexStringLower(mac))]
            : [("X-Timestamp", timestamp), ("X-Signature", "sha256=" + Convert.ToHexStringLower(mac)), ("X-Event-Id", id)];
    }

    /// <summary>Sends without any credential.</summary>
    public Task<HrisAnswer> EventAsync(string body, params (string, string)[] headers) =>
        SendAsync("POST", "/hris/v1/people/events", token: null, body, "application/json", headers);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Sends with a token of the test's own.</summary>
    public Task<HrisAnswer> AsAsync(string method, string path, string token, string? body = null, string type = "application/json") =>
        SendAsync(method, path, token, body, type);

    /// <summary>The text of an answer that is no JSON.</summary>
    public async Task<string> TextAsync(string path, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_host.Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await _http.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<HrisAnswer> SendAsync(
        string method, string path, string? token, string? body, string type, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(_host.Address, path));
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return new HrisAnswer(response.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text)!.AsObject(), response.Headers.Location?.ToString());
    }
}

/// <summary>An answer of the bridge.</summary>
internal sealed record HrisAnswer(HttpStatusCode Status, JsonObject? Body, string? Location)
{
    public HrisAnswer Is(HttpStatusCode status)
    {
        Assert.True(status == Status, $"{(int)Status} instead of {(int)status}: {Body?.ToJsonString()}");
        return this;
    }

    public IEnumerable<string> Outcomes => Body!["records"]!.AsArray().Select(r => (string)r!["outcome"]!);
}
