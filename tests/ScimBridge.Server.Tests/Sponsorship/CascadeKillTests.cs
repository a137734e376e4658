using System.Diagnostics;
using System.Globalization;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Jobs;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary>
/// The serving process is killed (SIGKILL) again and again while sponsors leave, and started again. In the end each account has somebody, and each
/// secret that a leaver knew has one deadline.
/// </summary>
public sealed class CascadeKillTests
{
    private const int Kills = 3;
    private const int Workers = 120;
    private const int Batches = 30;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Killed_at_any_moment_no_account_of_a_leaver_is_forgotten(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, ServiceAccounts.On);
        bridge.Time.Advance(TimeProvider.System.GetUtcNow() - bridge.Time.GetUtcNow());
        var folder = Directory.CreateTempSubdirectory("scimbridge-kill-").FullName;
        try
        {
            var rows = Enumerable.Range(1, Workers).ToDictionary(i => i, i => Row(i, "A"));
            await bridge.ImportAsync([.. rows.Values]);
            var accounts = new List<ServiceAccount>();
            for (var i = 0; i < 2 * Batches; i++)
                accounts.Add(await ServiceAccounts.NewAsync(bridge, $"sa-{i:D3}", (Criticality)(1 + (i % 4)), sponsor: Text(Workers - i % Batches), owner: Text(Workers - (i + 1) % Batches)));
            await ServiceAccounts.AddAsync(bridge, [.. accounts]);
            await bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);
            // One leaves after the other, those who manage nobody: a decision for each.
            for (var i = 0; i < Batches; i++)
            {
                rows[Workers - i] = Row(Workers - i, "T");
                var path = Path.Combine(folder, $"{i}.csv");
                await File.WriteAllLinesAsync(path, [TestBridge.Header, .. rows.Values]);
                await bridge.Get<Intake>().AddFileAsync("hr", path, new Manifest("full"), None);
            }

            var json = TestBridge.Configure(kind, bridge.Storage.Location, bridge.Sandbox.ScimAddress("corp").ToString());
            ServiceAccounts.On(json);
            await File.WriteAllTextAsync(Path.Combine(folder, "bridge.json"), json.ToJsonString());
            await KillAsync(bridge, folder);

            bridge.Time.Advance(TimeProvider.System.GetUtcNow() - bridge.Time.GetUtcNow() + TimeSpan.FromMinutes(2));
            await bridge.RunAsync(DrainKind.ReadSource, "hr");
            await bridge.RunAsync(DrainKind.DecideWorkers, "hr");
            await bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);

            Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
            foreach (var account in accounts)
            {
                var now = await ServiceAccounts.GetAsync(bridge, account.Id);
                Assert.Equal("key-" + account.Id, Assert.Single(now.Duties).KeyId);
                Assert.DoesNotContain(now.Accountable, a => account.Accountable.Any(b => b.PersonId == a.PersonId));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task KillAsync(TestBridge bridge, string folder)
    {
        var random = new Random(8);
        for (var i = 0; i < Kills; i++)
        {
            var before = await DecidedAsync(bridge);
            Assert.True(before < Batches, $"All was decided after {i} kills: they prove nothing.");
            await using var process = ServingProcess.Start(Path.Combine(folder, "bridge.json"));
            var since = Stopwatch.StartNew();
            while (before == await DecidedAsync(bridge))
            {
                Assert.True(since.Elapsed < Patience && !process.HasExited, "The process did nothing.");
                await Task.Delay(5);
            }

            await Task.Delay(random.Next(0, 40));
        }
    }

    private static Task<long> DecidedAsync(TestBridge bridge) => bridge.Database.ReadAsync(
        s => s.FirstAsync("SELECT count(*) FROM worker WHERE access = 'Ended'", r => r.GetInt64(0), None), None);

    private static string Row(int i, string status) =>
        TestBridge.Row(Text(i), $"Fn{i}", $"Ln{i}", status, manager: i > 5 ? Text(1 + i % 5) : "");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
