using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests;

/// <summary>A bridge of a test's own: a database, a sandbox with the target <c>corp</c>, and the drains, run by the test under its clock.</summary>
internal sealed class TestBridge : IAsyncDisposable
{
    public const string Header = "id,given,family,status,type,start,end,lastDay,title,department,manager";
    private readonly string _folder;
    private readonly JsonObject _json;
    private ServiceProvider _services;

    private TestBridge(TestDatabase database, SandboxHost sandbox, JsonObject json, HastyTime time, string folder)
    {
        Storage = database;
        Sandbox = sandbox;
        Time = time;
        _folder = folder;
        _json = json;
        Configuration = Parse(json);
        _services = Services(Configuration);
    }

    public TestDatabase Storage { get; }

    public SandboxHost Sandbox { get; }

    public BridgeConfiguration Configuration { get; private set; }

    public HastyTime Time { get; }

    /// <summary>The configuration as it would stand in a file.</summary>
    public string ConfigurationText => _json.ToJsonString();

    public ScimTargetState Corp => Sandbox.Target("corp");

    public Database Database => Get<Database>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static async Task<TestBridge> StartAsync(DatabaseKind kind, Action<JsonObject>? adjust = null)
    {
        var database = await TestDatabase.CreateAsync(kind);
        var time = new HastyTime(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromTicks(10) };
        var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new ScimTargetOptions("corp", "secret")] });
        var folder = Directory.CreateTempSubdirectory("scimbridge-").FullName;
        var json = Configure(kind, database.Location, sandbox.ScimAddress("corp").ToString());
        adjust?.Invoke(json);
        var bridge = new TestBridge(database, sandbox, json, time, folder);
        await bridge.Get<MappingChanges>().MarkAsync(CancellationToken.None);
        return bridge;
    }

    /// <summary>Starts anew on the same database, with another configuration.</summary>
    public async Task RestartAsync(Action<JsonObject> adjust)
    {
        adjust(_json);
        await _services.DisposeAsync();
        Configuration = Parse(_json);
        _services = Services(Configuration);
        await Get<MappingChanges>().MarkAsync(CancellationToken.None);
    }

    /// <summary>Another node on the same database, with a configuration of its own.</summary>
    public ServiceProvider Node(Action<JsonObject> adjust)
    {
        var json = (JsonObject)_json.DeepClone();
        adjust(json);
        return Services(Parse(json));
    }

    /// <summary>Lets everything pass: for tests that are about something else than the breaker and change many people at once.</summary>
    public static void Unheld(JsonObject json)
    {
        json["sources"]!["hr"]!["safety"] = new JsonObject { ["enabled"] = false };
        foreach (var (_, target) in json["targets"]!.AsObject())
            target!["guard"] = new JsonObject { ["enabled"] = false };
    }

    public static JsonObject Configure(DatabaseKind kind, string location, string targetUrl) => new()
    {
        ["server"] = new JsonObject { ["url"] = "http://127.0.0.1:0" },
        ["storage"] = kind == DatabaseKind.Sqlite
            ? new JsonObject { ["kind"] = "sqlite", ["path"] = location }
            : new JsonObject { ["kind"] = "postgres", ["connection"] = location },
        ["lifecycle"] = new JsonObject
        {
            ["joiner"] = new JsonObject { ["prepareDays"] = 7 }, ["mover"] = new JsonObject(), ["leave"] = new JsonObject { ["default"] = "keep" }, ["leaver"] = new JsonObject(),
        },
        ["mapping"] = new JsonObject
        {
            ["userName"] = new JsonArray(
                "{{ worker.givenName | fold }}.{{ worker.familyName | fold }}@corp.example",
                "{{ worker.givenName | fold }}.{{ worker.familyName | fold }}{{ n }}@corp.example"),
        },
        ["sources"] = new JsonObject
        {
            ["hr"] = new JsonObject
            {
                ["kind"] = "csv",
                ["columns"] = new JsonObject
                {
                    ["workerId"] = "id", ["givenName"] = "given", ["familyName"] = "family", ["status"] = "status", ["type"] = "type",
                    ["startDate"] = "start", ["contractEndDate"] = "end", ["terminationDate"] = "lastDay", ["title"] = "title",
                    ["department"] = "department", ["managerId"] = "manager",
                },
                ["words"] = new JsonObject
                {
                    ["status"] = new JsonObject { ["A"] = "active", ["L"] = "onLeave", ["T"] = "terminated", ["P"] = "prehire", ["S"] = "suspended" },
                    ["type"] = new JsonObject { ["E"] = "employee", ["C"] = "contractor" },
                },
                ["timeZone"] = "Europe/Copenhagen",
            },
        },
        ["targets"] = new JsonObject
        {
            ["corp"] = new JsonObject
            {
                ["kind"] = "scim", ["mode"] = "enforce", ["baseUrl"] = targetUrl, ["token"] = new JsonObject { ["value"] = "secret" },
                ["allowPrivateAddresses"] = true, ["timeoutSeconds"] = 2,
            },
        },
    };

    /// <summary>A row of the HR file.</summary>
    public static string Row(
        string id, string given, string family, string status = "A", string type = "E", string start = "2020-01-01", string end = "",
        string lastDay = "", string title = "Engineer", string department = "Sales", string manager = "") =>
        string.Join(',', id, given, family, status, type, start, end, lastDay, title, department, manager);

    /// <summary>Reads rows as a batch, decides, and delivers until nothing is due now.</summary>
    public async Task<Batch> ImportAsync(params string[] rows)
    {
        var path = NewFile();
        await File.WriteAllLinesAsync(path, [Header, .. rows]);
        return await ImportFileAsync(path);
    }

    /// <summary>Reads rows as a batch and decides, for a bridge without targets.</summary>
    public async Task ImportUndeliveredAsync(params string[] rows)
    {
        var path = NewFile();
        await File.WriteAllLinesAsync(path, [Header, .. rows]);
        await Get<Intake>().AddFileAsync("hr", path, new Manifest("full"), CancellationToken.None);
        await RunAsync(DrainKind.ReadSource, "hr");
        await RunAsync(DrainKind.DecideWorkers, "hr");
    }

    /// <summary>A path for a file that goes with the test.</summary>
    public string NewFile() => Path.Combine(_folder, Guid.NewGuid().ToString("n") + ".csv");

    public async Task<Batch> ImportFileAsync(string path)
    {
        var id = await Get<Intake>().AddFileAsync("hr", path, new Manifest("full"), CancellationToken.None);
        await RunAsync(DrainKind.ReadSource, "hr");
        await SettleAsync();
        return (await Database.ReadAsync(s => BatchStore.FindAsync(s, id, CancellationToken.None), CancellationToken.None))!;
    }

    /// <summary>Decides and delivers until nothing is due now.</summary>
    public async Task<Instant?> SettleAsync()
    {
        await RunAsync(DrainKind.DecideWorkers, "hr");
        return await RunAsync(DrainKind.Deliver, "corp");
    }

    /// <summary>Decides and delivers, letting time pass until nothing at all is due at the target.</summary>
    public async Task SettleInTimeAsync()
    {
        for (var i = 0; i < 200; i++)
        {
            if (await SettleAsync() is not { } at)
                return;
            var wait = at - Get<IClock>().GetCurrentInstant();
            Time.Advance(wait > Duration.Zero ? wait.ToTimeSpan() : TimeSpan.FromMilliseconds(1));
        }

        Assert.Fail("The target never came to rest.");
    }

    public Task<Instant?> RunAsync(DrainKind kind, string name) => Get<DrainRunner>().RunAsync(new DrainKey(kind, name), CancellationToken.None);

    public Task<DueCount> DueAsync() => Database.ReadAsync(s => DueStore.CountAsync(s, "corp", CancellationToken.None), CancellationToken.None);

    private BridgeConfiguration Parse(JsonObject json) =>
        BridgeConfiguration.Parse(json.ToJsonString(), Path.Combine(_folder, "bridge.json"), new Dictionary<string, string>());

    private ServiceProvider Services(BridgeConfiguration configuration) => new ServiceCollection()
        .AddLogging(l => l.SetMinimumLevel(LogLevel.Warning))
        .AddBridge(configuration)
        .Replace(ServiceDescriptor.Singleton<TimeProvider>(Time))
        .AddSingleton<IAlarm, QuietAlarm>()
        .BuildServiceProvider();

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Time.Dispose();
        await Sandbox.DisposeAsync();
        await Storage.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
