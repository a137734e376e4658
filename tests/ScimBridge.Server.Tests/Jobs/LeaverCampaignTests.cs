using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScimBridge.Fixtures;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using Xunit.Abstractions;

namespace ScimBridge.Server.Tests.Jobs;

/// <summary>
/// Leavers while the process is killed (SIGKILL) in whatever step of theirs it is, and one call in a hundred goes wrong in each way: in the
/// end each is proven to have nothing left. <c>SCIMBRIDGE_CAMPAIGN=full</c> does it with 10,000, <c>small</c> with 150.
/// </summary>
public sealed class LeaverCampaignTests(ITestOutputHelper output)
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable(CampaignFactAttribute.Variable) == "full";
    private static readonly int Leavers = IsFull ? 10_000 : 150;
    private static readonly int Kills = IsFull ? 100 : 15;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(IsFull ? 60 : 5);

    [CampaignFact]
    public async Task No_step_is_lost_and_none_is_closed_without_proof()
    {
        var folder = Directory.CreateTempSubdirectory("scimbridge-leavers-").FullName;
        try
        {
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
            await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions { Targets = [new ScimTargetOptions("corp", "secret")] });
            var json = TestBridge.Configure(DatabaseKind.Sqlite, database.Location, sandbox.ScimAddress("corp").ToString());
            TestBridge.Unheld(json);
            // Only the looks of enforcement find out what was not done.
            json["targets"]!["corp"]!["readBack"] = "none";
            json["targets"]!["corp"]!["groups"] = false;
            json["revocation"] = new JsonObject { ["kinds"] = new JsonArray("account", "sessions") };
            var path = Path.Combine(folder, "bridge.json");
            await File.WriteAllTextAsync(path, json.ToJsonString());
            var corp = sandbox.Target("corp");

            await RunAsync(path, folder, "A", database.Database, kills: 0, corp);
            Assert.Equal(Leavers, corp.Users().Count(u => u.Active));
            foreach (var kind in new[] { FaultKind.Error, FaultKind.Reset, FaultKind.LostReply, FaultKind.Html, FaultKind.Lie })
                corp.Faults.Add(new FaultRule { Kind = kind, Status = 503, Share = 0.01, Seed = (int)kind });
            var watch = Stopwatch.StartNew();
            await RunAsync(path, folder, "T", database.Database, Kills, corp);

            Assert.DoesNotContain(corp.Users(), u => u.Active);
            Assert.Equal(Leavers, await LeaverProofs.CheckAsync(database.Database));
            output.WriteLine(
                $"{Leavers} leavers, {Kills} kills, {watch.Elapsed}; not enforced when it was said to be: " +
                $"{await database.Database.ReadAsync(s => CountAsync(s, "SELECT count(*) FROM proof WHERE verdict = 'left'"), CancellationToken.None)}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(string path, string folder, string status, Database database, int kills, ScimTargetState corp)
    {
        var file = Path.Combine(folder, $"{status}.csv");
        await File.WriteAllLinesAsync(file, [TestBridge.Header, .. Enumerable.Range(1, Leavers).Select(i => TestBridge.Row(
            i.ToString(CultureInfo.InvariantCulture), $"Given{i}", "Family", status))]);
        await using (var services = new ServiceCollection().AddLogging()
            .AddBridge(BridgeConfiguration.Load(path, new Dictionary<string, string>())).AddSingleton<IAlarm, QuietAlarm>().BuildServiceProvider())
            await services.GetRequiredService<Intake>().AddFileAsync("hr", file, new Manifest("full"), CancellationToken.None);

        var watch = Stopwatch.StartNew();
        var random = new Random(20261123);
        for (var life = 0; life <= kills; life++)
        {
            var before = corp.Calls.Total;
            await using var process = ServingProcess.Start(path);
            // Every life but the last ends at a moment by chance, once it has done something.
            while (life == kills ? !await IsAtRestAsync(database) : corp.Calls.Total == before && !await IsAtRestAsync(database))
            {
                Assert.True(watch.Elapsed < Patience && !process.HasExited, "It never came to rest.");
                await Task.Delay(life == kills ? 100 : 5);
            }

            if (life < kills)
                await Task.Delay(random.Next(0, IsFull ? 1_000 : 150));
        }
    }

    private static async Task<bool> IsAtRestAsync(Database database) => await database.ReadAsync(
        async s => await CountAsync(s, "SELECT count(*) FROM batch WHERE state IN ('waiting', 'reading')") == 0
            && await CountAsync(s, "SELECT count(*) FROM worker WHERE decide_at < 4000000000000000") == 0
            && await CountAsync(s, "SELECT count(*) FROM due") == 0
            && await CountAsync(s, "SELECT count(*) FROM revocation WHERE state = 'open'") == 0,
        CancellationToken.None);

    private static Task<long> CountAsync(Session session, string sql) => session.FirstAsync(sql, r => r.GetInt64(0), CancellationToken.None);
}
