using ScimBridge.Fixtures;
using ScimBridge.Server.Hosting;

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
}
