using System.Diagnostics;
using ScimBridge.Fixtures;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Journal;

/// <summary>The serving process is killed (SIGKILL) again and again while it gives entries of the journal their places. In the end the chain is whole.</summary>
public sealed class SealKillTests
{
    private const int Entries = 150_000;
    private const int AtOnce = 5_000;
    private const int Kills = 5;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Killed_in_the_middle_of_sealing_every_entry_has_one_place(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        var folder = Directory.CreateTempSubdirectory("scimbridge-kill-").FullName;
        try
        {
            for (var i = 0; i < Entries; i += AtOnce)
            {
                var some = Enumerable.Range(i, AtOnce).Select(n => new JournalEntry("test.noted", $"subject {n}", "test", "test", $$"""{"number":{{n}}}""")).ToList();
                await bridge.Database.WriteAsync(s => JournalStore.AppendAsync(s, some, 1_000_000, None), None);
            }

            var path = Path.Combine(folder, "bridge.json");
            await File.WriteAllTextAsync(path, bridge.ConfigurationText);
            var random = new Random(20261124);
            for (var i = 0; i < Kills; i++)
            {
                var before = await SealedAsync(bridge);
                Assert.True(before < Entries, $"All was sealed after {i} kills: they prove nothing.");
                await using var process = ServingProcess.Start(path);
                var since = Stopwatch.StartNew();
                while (before == await SealedAsync(bridge))
                {
                    Assert.True(since.Elapsed < Patience && !process.HasExited, "The process sealed nothing.");
                    await Task.Delay(1);
                }

                await Task.Delay(random.Next(0, 20));
            }

            await using (var last = ServingProcess.Start(path))
            {
                var since = Stopwatch.StartNew();
                while (await SealedAsync(bridge) < Entries || await bridge.Database.ReadAsync(s => JournalSealStore.IsBehindAsync(s, None), None))
                {
                    Assert.True(since.Elapsed < Patience && !last.HasExited, "It was never sealed.");
                    await Task.Delay(50);
                }
            }

            var findings = await bridge.CheckAsync();
            Assert.Empty(findings.Faults);
            Assert.Equal(0, findings.Unsealed);
            Assert.Equal(await bridge.Database.ReadAsync(s => s.FirstAsync("SELECT count(*) FROM journal", r => r.GetInt64(0), None), None), findings.Entries);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<long> SealedAsync(TestBridge bridge) =>
        (await bridge.Database.ReadAsync(s => JournalSealStore.HeadAsync(s, None), None))?.Position ?? 0;
}
