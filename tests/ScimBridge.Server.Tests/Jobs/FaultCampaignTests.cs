using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScimBridge.Fixtures;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Okta;
using ScimBridge.Sandbox.ScimTarget;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using Xunit.Abstractions;

namespace ScimBridge.Server.Tests.Jobs;

/// <summary>
/// Joiners, changes and leavers to two SCIM targets and an Okta org, while three calls in ten go wrong in every way that the sandbox has
/// and the process is killed again and again. In the end each of them holds what it should: nobody twice, no leaver enabled, nothing left.
/// <para>
/// <c>SCIMBRIDGE_CAMPAIGN=full</c> runs the campaign of 10,000 changes and 50 kills, which takes most of an hour; <c>small</c> that of 40 workers.
/// </para>
/// </summary>
public sealed class FaultCampaignTests(ITestOutputHelper output)
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable(CampaignFactAttribute.Variable) == "full";
    private static readonly int Workers = IsFull ? 2_000 : 40;
    private static readonly int Kills = IsFull ? 50 : 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(IsFull ? 120 : 8);

    [CampaignFact]
    public async Task Everything_arrives_once_through_faults_and_kills()
    {
        var folder = Directory.CreateTempSubdirectory("scimbridge-campaign-").FullName;
        // Every third changes the title, and every fifth leaves, of those who manage nobody.
        bool Leaves(int i) => i > Workers / 5 && i % 5 == 0;
        var joined = Enumerable.Range(1, Workers).Select(i => Row(i, "Engineer", "A")).ToList();
        var after = Enumerable.Range(1, Workers).Where(i => Leaves(i) || i % 3 == 0)
            .Select(i => Row(i, i % 3 == 0 ? "Lead" : "Engineer", Leaves(i) ? "T" : "A")).ToList();
        try
        {
            await File.WriteAllLinesAsync(Path.Combine(folder, "first.csv"), [TestBridge.Header, .. joined]);
            await File.WriteAllLinesAsync(Path.Combine(folder, "second.csv"), [TestBridge.Header, .. after]);
            await using var database = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
            await using var sandbox = await SandboxHost.StartAsync(new SandboxOptions
            {
                Targets =
                [
                    // A limit that is not said: 429 for what is beyond it.
                    new ScimTargetOptions("corp", "secret") { Settings = new ScimTargetSettings { LimitPerSecond = 60 } },
                    new ScimTargetOptions("branch", "secret"),
                ],
                Orgs = [new OktaOptions("org", "token")],
            });
            AddFaults(sandbox.Target("corp").Faults, "");
            AddFaults(sandbox.Target("branch").Faults, "");
            sandbox.Target("branch").Faults.Add(new FaultRule { Kind = FaultKind.Throttle, Next = 5, RetryAfterSeconds = 1 });
            AddFaults(sandbox.Org("org").Faults, "/users");
            sandbox.Org("org").Faults.Add(new FaultRule { Kind = FaultKind.Throttle, Next = 5, RetryAfterSeconds = 1 });
            var path = Configure(folder, database, sandbox);
            await HandInAsync(path, folder, "first.csv");

            var watch = Stopwatch.StartNew();
            var random = new Random(20261124);
            var second = false;
            for (var kill = 0; kill < Kills; kill++)
            {
                if (kill >= Kills / 2 && !second)
                {
                    second = true;
                    await HandInAsync(path, folder, "second.csv");
                }

                var before = Calls(sandbox);
                await using var process = ServingProcess.Start(path);
                while (Calls(sandbox) == before && !await IsAtRestAsync(database.Database))
                {
                    Assert.True(watch.Elapsed < Patience && !process.HasExited, "The process did nothing.");
                    await Task.Delay(20);
                }

                await Task.Delay(random.Next(0, 1_500));
            }

            await using (var last = ServingProcess.Start(path))
            {
                while (!await IsAtRestAsync(database.Database))
                {
                    Assert.True(watch.Elapsed < Patience && !last.HasExited, $"It never came to rest: {await OpenAsync(database.Database)}");
                    await Task.Delay(100);
                }
            }

            output.WriteLine($"{Workers} workers, {after.Count} changes, {Kills} kills, {watch.Elapsed}: {Report(sandbox)}");
            var logins = Enumerable.Range(1, Workers).ToDictionary(i => $"given{i}.family@corp.example", StringComparer.Ordinal);
            foreach (var name in new[] { "corp", "branch" })
                CheckScim(sandbox.Target(name), logins, Leaves);
            CheckOkta(sandbox.Org("org"), logins, Leaves);
            Assert.Equal("", await OpenAsync(database.Database));
            Assert.Equal(Enumerable.Range(1, Workers).Count(Leaves), await LeaverProofs.CheckAsync(database.Database));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void CheckScim(ScimTargetState target, Dictionary<string, int> logins, Func<int, bool> leaves)
    {
        var users = target.Users();
        CheckNames(logins, leaves, users.Select(u => u.UserName));
        Assert.All(target.Calls.Creates.SelectMany(c => c.Value), create => Assert.Equal(1, create.Value));
        Assert.All(users, u => Assert.Equal((u.UserName, !leaves(logins[u.UserName])), (u.UserName, u.Active)));
        Assert.All(users.Where(u => u.Active), u => Assert.Equal(logins[u.UserName] % 3 == 0 ? "Lead" : "Engineer", (string?)JsonNode.Parse(u.Json)!["title"]));
        Assert.Equal(
            logins.Where(l => !leaves(l.Value)).Select(l => $"D{l.Value % 4}/{l.Key}").Order(StringComparer.Ordinal),
            target.Groups().SelectMany(g => g.Members.Select(m => $"{g.DisplayName}/{m}")).Order(StringComparer.Ordinal));
    }

    // Who left before there was an account needs none.
    private static void CheckNames(Dictionary<string, int> logins, Func<int, bool> leaves, IEnumerable<string> names)
    {
        var there = names.ToList();
        Assert.Equal(there.Distinct(StringComparer.Ordinal).Count(), there.Count);
        Assert.Equal([], there.Where(n => !logins.ContainsKey(n)));
        Assert.Equal([], logins.Where(l => !leaves(l.Value) && !there.Contains(l.Key)).Select(l => l.Key));
    }

    private static void CheckOkta(OktaState org, Dictionary<string, int> logins, Func<int, bool> leaves)
    {
        var users = org.UserIds().Select(id => (Id: id, User: JsonNode.Parse(org.User(id)!)!)).ToList();
        var loginOf = users.ToDictionary(u => u.Id, u => (string)u.User["profile"]!["login"]!, StringComparer.Ordinal);
        CheckNames(logins, leaves, loginOf.Values);
        Assert.All(org.Creates, create => Assert.Equal(1, create.Value));
        // Who was made and never came to be activated cannot sign in either.
        bool IsShutOut(JsonNode user) => (string?)user["status"] is "DEPROVISIONED" or "STAGED";
        Assert.Equal([], users.Where(u => leaves(logins[loginOf[u.Id]]) != IsShutOut(u.User)).Select(u => $"{loginOf[u.Id]} {u.User["status"]}"));
        Assert.All(
            users.Where(u => !leaves(logins[loginOf[u.Id]])),
            u => Assert.Equal(logins[loginOf[u.Id]] % 3 == 0 ? "Lead" : "Engineer", (string?)u.User["profile"]!["title"]));
        Assert.Equal(
            logins.Where(l => !leaves(l.Value)).Select(l => $"D{l.Value % 4}/{l.Key}").Order(StringComparer.Ordinal),
            org.GroupProfiles().SelectMany(g => org.MembersOf(g.Key).Where(m => !leaves(logins[loginOf[m]])).Select(m => $"{(string)JsonNode.Parse(g.Value)!["name"]!}/{loginOf[m]}"))
                .Order(StringComparer.Ordinal));
    }

    // Three calls in ten. Each rule strikes its share of the calls that the rules before it let go.
    private static void AddFaults(FaultScript faults, string lies)
    {
        faults.Add(new FaultRule { Kind = FaultKind.Latency, Milliseconds = 120, Share = 0.05, Seed = 1 });
        faults.Add(new FaultRule { Kind = FaultKind.Error, Status = 503, Share = 0.07, Seed = 2 });
        faults.Add(new FaultRule { Kind = FaultKind.Reset, Share = 0.06, Seed = 3 });
        faults.Add(new FaultRule { Kind = FaultKind.LostReply, Share = 0.06, Seed = 4 });
        faults.Add(new FaultRule { Kind = FaultKind.Html, Share = 0.04, Seed = 5 });
        faults.Add(new FaultRule { Kind = FaultKind.Lie, Share = 0.05, Seed = 6, Method = lies.Length == 0 ? null : "POST", PathContains = lies });
    }

    private static string Row(int i, string title, string status) => TestBridge.Row(
        i.ToString(CultureInfo.InvariantCulture), $"Given{i}", "Family", status, title: title, department: $"D{i % 4}", manager: i > 5 ? $"{i / 5}" : "");

    private static string Configure(string folder, TestDatabase database, SandboxHost sandbox)
    {
        var json = TestBridge.Configure(database.Kind, database.Location, sandbox.ScimAddress("corp").ToString());
        var corp = json["targets"]!["corp"]!.AsObject();
        corp["readBack"] = "all";
        corp["membersPerCall"] = 25;
        var branch = corp.DeepClone();
        branch["baseUrl"] = sandbox.ScimAddress("branch").ToString();
        json["targets"]!["branch"] = branch;
        json["targets"]!["org"] = new JsonObject
        {
            ["kind"] = "okta", ["mode"] = "enforce", ["baseUrl"] = sandbox.OrgAddress("org").ToString(), ["apiToken"] = new JsonObject { ["value"] = "token" },
            ["allowPrivateAddresses"] = true, ["timeoutSeconds"] = 2, ["readBack"] = "all", ["match"] = new JsonArray("login"),
            // Each member is a call, and a piece of work begins again with its first: many of them would never be done.
            ["membersPerCall"] = 1,
        };
        TestBridge.Unheld(json);
        var path = Path.Combine(folder, "bridge.json");
        File.WriteAllText(path, json.ToJsonString());
        return path;
    }

    private static async Task HandInAsync(string path, string folder, string file)
    {
        await using var services = new ServiceCollection().AddLogging()
            .AddBridge(BridgeConfiguration.Load(path, new Dictionary<string, string>()))
            .AddSingleton<IAlarm, QuietAlarm>().BuildServiceProvider();
        await services.GetRequiredService<Intake>().AddFileAsync("hr", Path.Combine(folder, file), new Manifest("delta"), CancellationToken.None);
    }

    private static long Calls(SandboxHost sandbox) =>
        sandbox.Target("corp").Calls.Total + sandbox.Target("branch").Calls.Total + sandbox.Org("org").Calls.Count;

    private static string Report(SandboxHost sandbox) => string.Join("; ", new[] { "corp", "branch" }.Select(name =>
    {
        var calls = sandbox.Target(name).Calls;
        return $"{name} {calls.Total} calls, faults {string.Join(' ', calls.Faults.Select(f => $"{f.Key} {f.Value}"))}, 429 {calls.Calls.Where(c => c.Status == 429).Sum(c => c.Count)}";
    })) + $"; org {sandbox.Org("org").Calls.Count} calls, of them failed {sandbox.Org("org").Calls.Count(c => c.Status is 0 or >= 429)}";

    private static async Task<bool> IsAtRestAsync(Database database) => await database.ReadAsync(
        async s => await CountAsync(s, "SELECT count(*) FROM batch WHERE state IN ('waiting', 'reading')") == 0
            && await CountAsync(s, "SELECT count(*) FROM worker WHERE decide_at < 4000000000000000") == 0
            && await CountAsync(s, "SELECT count(*) FROM due WHERE NOT dead") == 0
            && await CountAsync(s, "SELECT count(*) FROM revocation WHERE state = 'open'") == 0,
        CancellationToken.None);

    private static async Task<string> OpenAsync(Database database) => string.Join(
        "; ",
        await database.ReadAsync(
            s => s.QueryAsync(
                "SELECT target, dead, reason, count(*) FROM due GROUP BY target, dead, reason",
                r => $"{r.GetString(0)} {(r.GetBoolean(1) ? "failed" : "waiting")} {r.GetInt64(3)}: {(r.IsDBNull(2) ? "" : r.GetString(2))}",
                CancellationToken.None),
            CancellationToken.None));

    private static Task<long> CountAsync(Session session, string sql) => session.FirstAsync(sql, r => r.GetInt64(0), CancellationToken.None);
}
