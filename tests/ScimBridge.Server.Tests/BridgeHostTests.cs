using ScimBridge.Fixtures;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests;

/// <summary>The serving process as it starts.</summary>
public sealed class BridgeHostTests
{
    [Fact]
    public async Task Lock_that_a_killed_process_left_behind_does_not_keep_the_next_one_from_starting()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseKind.Postgres);
        var json = TestBridge.Configure(DatabaseKind.Postgres, database.Location, "http://127.0.0.1:9");
        var configuration = BridgeConfiguration.Parse(json.ToJsonString(), "/tmp/bridge.json", new Dictionary<string, string>());
        await using (await BridgeHost.StartAsync(configuration))
        {
            // Makes Hangfire's tables.
        }

        await database.Database.WriteAsync(
            s => s.ExecuteAsync(
                "INSERT INTO hangfire.lock (resource, acquired) SELECT p || 'lock:recurring-job:sweep', now() AT TIME ZONE 'UTC' " +
                "FROM unnest(ARRAY['', 'hangfire:', 'HangFire:']) AS p",
                CancellationToken.None),
            CancellationToken.None);

        await using var host = await BridgeHost.StartAsync(configuration);

        Assert.NotEqual(0, host.Address.Port);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Start_with_another_policy_brings_it_in_force_by_itself(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var json = TestBridge.Configure(kind, database.Location, "http://127.0.0.1:9");
        await using (await StartAsync())
        {
            Assert.Contains("keep", (await BookAsync())!.InForce, StringComparison.Ordinal);
        }

        json["lifecycle"]!["leave"]!["default"] = "suspend";
        await using var host = await StartAsync();
        for (var i = 0; i < 500 && await BookAsync() is { IsOpen: true }; i++)
            await Task.Delay(20);

        var book = (await BookAsync())!;
        Assert.Contains("suspend", book.InForce, StringComparison.Ordinal);
        Assert.Null(book.Wanted);

        Task<BridgeHost> StartAsync() =>
            BridgeHost.StartAsync(BridgeConfiguration.Parse(json.ToJsonString(), "/tmp/bridge.json", new Dictionary<string, string>()));

        Task<RuleBookRow?> BookAsync() =>
            database.Database.ReadAsync(s => RuleBookStore.FindAsync(s, RuleBookStore.Lifecycle, CancellationToken.None), CancellationToken.None);
    }
}
