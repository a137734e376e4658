using System.Diagnostics;
using System.Globalization;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Reconciliations;

/// <summary>The serving process is killed (SIGKILL) again and again in the middle of a comparison. In the end it has found what one without a kill finds.</summary>
public sealed class ReconcileKillTests
{
    private const int People = 300;
    private const int Kills = 8;
    private const string Corp = "corp";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Killed_at_any_moment_it_finds_the_same_as_without(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json =>
        {
            TestBridge.Unheld(json);
            json["targets"]![Corp]!["pageSize"] = 10;
        });
        var folder = Directory.CreateTempSubdirectory("scimbridge-kill-").FullName;
        try
        {
            await bridge.ImportAsync([.. Enumerable.Range(1, People).Select(i => TestBridge.Row(Text(i), $"Given{i}", $"Family{i}", department: $"D{i % 9}"))]);
            await bridge.SettleInTimeAsync();
            bridge.Time.Advance(TimeProvider.System.GetUtcNow() - bridge.Time.GetUtcNow());
            await DriftAsync(bridge);
            var expected = await UndisturbedAsync(bridge);
            Assert.Equal(40, expected.Count);

            // Slow enough that there is always something to disturb.
            bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.Latency, Milliseconds = 40, Always = true });
            var path = Path.Combine(folder, "bridge.json");
            await File.WriteAllTextAsync(path, bridge.ConfigurationText);
            var id = (await AskAsync(bridge)).Id;
            var random = new Random(20261124);
            for (var i = 0; i < Kills; i++)
            {
                var before = await PlaceAsync(bridge, id);
                await using (var process = ServingProcess.Start(path))
                {
                    var since = Stopwatch.StartNew();
                    while (before == await PlaceAsync(bridge, id))
                    {
                        Assert.True(since.Elapsed < Patience && !process.HasExited, $"The process did nothing behind {before}.");
                        await Task.Delay(2);
                    }

                    await Task.Delay(random.Next(0, 100));
                }

                Assert.True((await FindAsync(bridge, id)).IsOpen, $"It was over after {i + 1} kills: they prove nothing.");
            }

            bridge.Corp.Faults.Clear();
            await using (var last = ServingProcess.Start(path))
            {
                var since = Stopwatch.StartNew();
                while ((await FindAsync(bridge, id)).IsOpen)
                {
                    Assert.True(since.Elapsed < Patience && !last.HasExited, "It never came to its end.");
                    await Task.Delay(50);
                }
            }

            var over = await FindAsync(bridge, id);
            Assert.Equal(("done", (long)expected.Count), (over.State, over.Differences));
            Assert.Equal(expected, await FoundAsync(bridge, id));
            Assert.Equal(1, await bridge.Database.ReadAsync(
                s => s.FirstAsync("SELECT count(*) FROM journal WHERE kind = 'reconciliation.finished' AND subject = @id", r => r.GetInt64(0), None, ("id", id)), None));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task DriftAsync(TestBridge bridge)
    {
        var links = (await bridge.Database.ReadAsync(
            s => s.QueryAsync("SELECT l.remote_id FROM link l JOIN worker w ON w.resource_id = l.resource_id ORDER BY w.worker_id", r => r.GetString(0), None), None));
        var target = bridge.Get<TargetConnections>()[Corp];
        for (var i = 0; i < 40; i++)
        {
            var remote = links[i * 7];
            _ = (i % 4) switch
            {
                0 => await target.DeleteAsync(AccountKind.User, remote, None),
                1 => await target.UpdateAsync(AccountKind.User, remote, [new AttributeChange(null, "title", "Emperor")], active: null, None),
                2 => await target.UpdateAsync(AccountKind.User, remote, [], active: false, None),
                _ => await target.UpdateAsync(AccountKind.User, remote, [new AttributeChange(null, "displayName", "Somebody")], active: null, None),
            };
        }
    }

    private static async Task<List<string>> UndisturbedAsync(TestBridge bridge)
    {
        var asked = await AskAsync(bridge);
        for (var i = 0; i < 100 && (await FindAsync(bridge, asked.Id)).IsOpen; i++)
        {
            await bridge.RunAsync(DrainKind.Reconcile, Corp);
            bridge.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal("done", (await FindAsync(bridge, asked.Id)).State);
        return await FoundAsync(bridge, asked.Id);
    }

    private static Task<Reconciliation> AskAsync(TestBridge bridge) => bridge.Database.WriteAsync(
        s => ReconciliationSchedule.AddAsync(
            s, Corp, Reconciliation.OfAll, subject: null, Reconciliation.Report, "tester", NodaTime.Instant.FromDateTimeOffset(TimeProvider.System.GetUtcNow()), None),
        None);

    private static async Task<Reconciliation> FindAsync(TestBridge bridge, string id) => (await bridge.Database.ReadAsync(s => ReconciliationStore.FindAsync(s, id, None), None))!;

    private static async Task<string> PlaceAsync(TestBridge bridge, string id) => await FindAsync(bridge, id) is var r ? $"{r.State} {r.Phase} {r.Place}" : "";

    private static async Task<List<string>> FoundAsync(TestBridge bridge, string id) =>
        (await bridge.Database.ReadAsync(s => ReconciliationStore.DifferencesAsync(s, id, 0, 10_000, None), None))
        .Select(d => $"{Words.Of(d.Difference.Kind)} {d.Difference.ResourceId} {d.Difference.RemoteId} {string.Join(',', d.Difference.What)} {Words.Of(d.Difference.Standing)}")
        .Order(StringComparer.Ordinal).ToList();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
