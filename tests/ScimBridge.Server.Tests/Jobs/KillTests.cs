using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScimBridge.Fixtures;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Jobs;

/// <summary>
/// The serving process is killed (SIGKILL) again and again in the middle of reading, deciding and delivering, and started again. In
/// the end everything is as if nothing had happened: the same state, nobody created twice, nothing left due.
/// </summary>
public sealed class KillTests
{
    private const int Kills = 24;
    private const int Workers = 700;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Killed_at_any_moment_it_ends_in_the_same_state_as_without(DatabaseKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("scimbridge-kill-").FullName;
        var rows = Enumerable.Range(1, Workers).Select(i => TestBridge.Row(
            $"{i}", $"Given{i}", $"Family{i % 11}", department: $"D{i % 7}", manager: i > 5 ? $"{i / 5}" : "")).ToList();
        // Some who manage nobody leave, in a second batch that waits behind the first.
        var second = rows.Where((_, i) => i > Workers / 5 && i % 5 == 0).Select(r => r.Replace(",A,E,", ",T,E,", StringComparison.Ordinal)).ToList();
        try
        {
            await File.WriteAllLinesAsync(Path.Combine(folder, "first.csv"), [TestBridge.Header, .. rows]);
            await File.WriteAllLinesAsync(Path.Combine(folder, "second.csv"), [TestBridge.Header, .. second]);
            var expected = await UndisturbedAsync(kind, folder);

            await using var database = await TestDatabase.CreateAsync(kind);
            await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new ScimTargetOptions("corp", "secret")] });
            var corp = sandbox.Target("corp");
            // Slow enough that many calls are under way whenever the process dies.
            corp.Faults.Add(new FaultRule { Kind = FaultKind.Latency, Milliseconds = 25, Always = true });
            await HandInAsync(kind, database, sandbox, folder);

            var random = new Random(20261123);
            var moments = new List<string>();
            for (var i = 0; i < Kills; i++)
            {
                var before = await WitnessAsync(database.Database, corp);
                await using (var process = ServingProcess.Start(Path.Combine(folder, "bridge.json")))
                {
                    // Until it has done something, so that each life gets further; then a moment by chance.
                    var since = Stopwatch.StartNew();
                    while (before == await WitnessAsync(database.Database, corp))
                    {
                        Assert.True(since.Elapsed < Patience && !process.HasExited, $"The process did nothing. {await database.Database.ReadAsync(s => DueStore.CountAsync(s, "corp", default), default)}");
                        await Task.Delay(5);
                    }

                    await Task.Delay(random.Next(0, 60));
                    moments.Add($"{await WitnessAsync(database.Database, corp)}");
                }

                // There must be something left to disturb, or the kills prove nothing.
                Assert.True(i == Kills - 1 || !await IsAtRestAsync(database.Database), $"All was done after {i + 1} kills: {string.Join("; ", moments)}");
            }

            corp.Faults.Clear();
            await using (var last = ServingProcess.Start(Path.Combine(folder, "bridge.json")))
            {
                var since = Stopwatch.StartNew();
                while (!await IsAtRestAsync(database.Database))
                {
                    Assert.True(since.Elapsed < Patience && !last.HasExited, "It never came to rest.");
                    await Task.Delay(50);
                }
            }

            Assert.Equal(expected, State(corp));
            var leavers = second.Count;
            Assert.Equal(Workers - leavers, corp.Users().Count(u => u.Active));
            Assert.All(corp.Calls.Creates.Values.SelectMany(c => c.Values), creates => Assert.Equal(1, creates));
            var due = await database.Database.ReadAsync(s => DueStore.CountAsync(s, "corp", CancellationToken.None), CancellationToken.None);
            Assert.Equal(new DueCount(0, 0), due);
            await LeaverProofs.CheckAsync(database.Database);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> UndisturbedAsync(DatabaseKind kind, string folder)
    {
        await using var bridge = await TestBridge.StartAsync(kind, TestBridge.Unheld);
        await bridge.ImportFileAsync(Path.Combine(folder, "first.csv"));
        await bridge.ImportFileAsync(Path.Combine(folder, "second.csv"));
        return State(bridge.Corp);
    }

    private static async Task HandInAsync(DatabaseKind kind, TestDatabase database, SandboxHost sandbox, string folder)
    {
        var json = TestBridge.Configure(kind, database.Location, sandbox.ScimAddress("corp").ToString());
        TestBridge.Unheld(json);
        var path = Path.Combine(folder, "bridge.json");
        await File.WriteAllTextAsync(path, json.ToJsonString());
        await using var services = new ServiceCollection().AddLogging()
            .AddBridge(BridgeConfiguration.Parse(json.ToJsonString(), path, new Dictionary<string, string>()))
            .AddSingleton<IAlarm, QuietAlarm>().BuildServiceProvider();
        foreach (var file in new[] { "first.csv", "second.csv" })
            await services.GetRequiredService<Intake>().AddFileAsync("hr", Path.Combine(folder, file), new Manifest("full"), CancellationToken.None);
    }

    // What a life of the process leaves behind: records, decisions, deliveries.
    private static Task<(long Records, long Decided, long Links, long Calls)> WitnessAsync(Database database, ScimTargetState corp) =>
        database.ReadAsync(
            async s => (
                await CountAsync(s, "SELECT count(*) FROM record"),
                await CountAsync(s, "SELECT count(*) FROM worker WHERE access IS NOT NULL"),
                await CountAsync(s, "SELECT count(*) FROM link WHERE remote_id IS NOT NULL"),
                corp.Calls.Total),
            CancellationToken.None);

    private static async Task<bool> IsAtRestAsync(Database database) => await database.ReadAsync(
        async s => await CountAsync(s, "SELECT count(*) FROM batch WHERE state IN ('waiting', 'reading')") == 0
            && await CountAsync(s, "SELECT count(*) FROM worker WHERE decide_at < 4000000000000000") == 0
            && await CountAsync(s, "SELECT count(*) FROM due") == 0
            && await CountAsync(s, "SELECT count(*) FROM revocation WHERE state = 'open'") == 0,
        CancellationToken.None);

    private static Task<long> CountAsync(Session session, string sql) => session.FirstAsync(sql, r => r.GetInt64(0), CancellationToken.None);

    // Ids are made anew in each bridge; names, attributes, memberships and managers are not. Who left before the bridge came to
    // decide about them has no account, who left after it has a disabled one: no access either way.
    private static string State(ScimTargetState corp)
    {
        var state = JsonNode.Parse(corp.StateJson())!.AsObject();
        foreach (var part in state.Select(p => p.Value).OfType<JsonArray>())
        {
            foreach (var resource in part.OfType<JsonObject>().ToList())
            {
                resource.Remove("externalId");
                if (resource["active"]?.GetValue<bool>() == false)
                    part.Remove(resource);
            }
        }

        return state.ToJsonString();
    }
}
