using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Feeds;

/// <summary>Reads feeds and decides, under the test's clock; nothing is delivered but where a test says so.</summary>
internal sealed class FeedBridge : IAsyncDisposable
{
    public const string Source = "hr";
    private readonly ServiceProvider _services;
    private readonly TestDatabase _storage;
    private readonly string _folder;

    private FeedBridge(TestDatabase storage, JsonObject source, ILoggerProvider? log, string? target)
    {
        _storage = storage;
        _folder = Directory.CreateTempSubdirectory("scimbridge-").FullName;
        Time = new HastyTime(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromTicks(10) };
        var json = TestBridge.Configure(storage.Kind, storage.Location, target ?? "https://target.example/scim");
        json["sources"] = new JsonObject { [Source] = source };
        var configuration = BridgeConfiguration.Parse(json.ToJsonString(), Path.Combine(_folder, "bridge.json"), new Dictionary<string, string>());
        _services = new ServiceCollection()
            .AddLogging(l =>
            {
                l.SetMinimumLevel(log is null ? LogLevel.Error : LogLevel.Trace);
                if (log is not null)
                    l.AddProvider(log);
            })
            .AddBridge(configuration)
            .Replace(ServiceDescriptor.Singleton<TimeProvider>(Time))
            .AddSingleton<IAlarm, QuietAlarm>()
            .BuildServiceProvider();
    }

    public HastyTime Time { get; }

    public string Location => _storage.Location;

    public Database Database => Get<Database>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static async Task<FeedBridge> StartAsync(DatabaseKind kind, JsonObject source, ILoggerProvider? log = null, string? target = null) =>
        new(await TestDatabase.CreateAsync(kind), source, log, target);

    /// <summary>Begins with a copy of a database of SQLite that is closed.</summary>
    public static async Task<FeedBridge> StartAsync(string template, JsonObject source)
    {
        var storage = await TestDatabase.CreateEmptyAsync(DatabaseKind.Sqlite);
        File.Copy(template, storage.Location);
        return new(storage, source, log: null, target: null);
    }

    /// <summary>Reads a batch and decides.</summary>
    public async Task<Batch> ReadAsync(byte[] content, Manifest manifest)
    {
        var path = Path.Combine(_folder, Guid.NewGuid().ToString("n"));
        await File.WriteAllBytesAsync(path, content);
        var id = await Get<Intake>().AddFileAsync(Source, path, manifest, CancellationToken.None);
        await RunAsync(DrainKind.ReadSource);
        await RunAsync(DrainKind.DecideWorkers);
        return (await Database.ReadAsync(s => BatchStore.FindAsync(s, id, CancellationToken.None), CancellationToken.None))!;
    }

    /// <summary>Delivers what is due now.</summary>
    public Task DeliverAsync() => Get<DrainRunner>().RunAsync(new DrainKey(DrainKind.Deliver, "corp"), CancellationToken.None);

    public Task<Instant?> RunAsync(DrainKind kind) => Get<DrainRunner>().RunAsync(new DrainKey(kind, Source), CancellationToken.None);

    /// <summary>Lets time pass, then decides what fell due in it.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        await RunAsync(DrainKind.DecideWorkers);
    }

    /// <summary>The users, by the source's key of the worker.</summary>
    public async Task<Dictionary<string, JsonObject>> UsersAsync()
    {
        var rows = await Database.ReadAsync(
            s => s.QueryAsync(
                "SELECT w.worker_id, r.body FROM worker w JOIN resource r ON r.id = w.resource_id",
                r => (Id: r.GetString(0), Body: r.GetString(1)),
                CancellationToken.None),
            CancellationToken.None);
        return rows.ToDictionary(r => r.Id, r => JsonNode.Parse(r.Body)!.AsObject(), StringComparer.Ordinal);
    }

    public async Task<HashSet<string>> ActiveAsync() =>
        (await UsersAsync()).Where(u => u.Value["active"]!.GetValue<bool>()).Select(u => u.Key).ToHashSet(StringComparer.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Time.Dispose();
        await _storage.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
