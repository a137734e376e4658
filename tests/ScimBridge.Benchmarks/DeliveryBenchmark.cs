using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using ScimBridge.Fixtures;

namespace ScimBridge.Benchmarks;

/// <summary>
/// Delivery over HTTP to targets in another process: what of a permitted rate is used, what the engine costs beside the bare calls, what
/// accounts cost that are due and unchanged, and how fast a new company gets its accounts.
/// </summary>
internal static class DeliveryBenchmark
{
    private const int InFlight = 16;
    private const int Created = 10_000;
    private const int AtOnce = 5_000;
    private const int Rounds = 3;

    // Until the limits that are not said have been found out.
    private static readonly TimeSpan Learning = TimeSpan.FromSeconds(30);

    // Okta counts by the minute.
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(DatabaseKind kind, int accounts, int perSecond, int seconds, RatioTable table)
    {
        Console.WriteLine($"Delivery to accounts of {accounts} workers, {kind}");
        table.Kind = kind;
        await using (var fleet = await Fleet.StartAsync(kind, accounts))
        {
            using var bridge = new DrainClient(fleet.Configuration);
            await OverheadAsync(fleet, bridge, Math.Min(AtOnce, accounts), table);
            await NothingAsync(fleet, bridge, accounts, table);
            // The limit of Entra is known and not said: it is published, and configured.
            using var paced = new DrainClient(fleet.WithCeiling(Fleet.Tenant, perSecond));
            await RateAsync(fleet, paced, Math.Min(perSecond * seconds, accounts), perSecond, table);
        }

        await CreateAsync(kind, Math.Min(Created, accounts), table);
    }

    private static async Task OverheadAsync(Fleet fleet, DrainClient bridge, int deliveries, RatioTable table)
    {
        fleet.Limit(null);
        foreach (var target in Fleet.Targets)
        {
            var rounds = new List<(double Bridge, double Plain)>();
            // The first round is not counted: .NET compiles well only what is called often.
            for (var round = 0; round <= Rounds; round++)
            {
                await fleet.AcknowledgeAsync(target, deliveries, changed: true);
                var before = fleet.Calls(target).Made;
                var delivered = await bridge.DeliverAsync(target);
                if (fleet.Calls(target).Made - before != deliveries)
                    throw new InvalidOperationException($"{fleet.Calls(target).Made - before} calls for {deliveries} deliveries.");
                var plain = await bridge.CallAsync(await fleet.PlainCallsAsync(target, deliveries, round));
                if (round > 0)
                    rounds.Add((1_000 * delivered.Processor / deliveries, 1_000 * plain.Processor / deliveries));
            }

            table.AddLimit(
                $"processor's time of a delivery, {target}", 1, RatioTable.Median(rounds.Select(r => r.Bridge)), "ms",
                $"a bare HttpClient: {RatioTable.Median(rounds.Select(r => r.Plain)):0.000} ms, {RatioTable.Median(rounds.Select(r => r.Bridge / r.Plain)):0.0} times");
        }
    }

    private static async Task NothingAsync(Fleet fleet, DrainClient bridge, int accounts, RatioTable table)
    {
        await fleet.AcknowledgeAsync(Fleet.Corp, accounts, changed: false);
        var before = fleet.Calls(Fleet.Corp).Made;
        var runs = new List<(double Seconds, double Processor)>();
        for (var i = 0; i < Rounds; i++)
        {
            await fleet.MarkAsync(Fleet.Corp);
            runs.Add(await bridge.DeliverAsync(Fleet.Corp));
        }

        var (seconds, processor) = runs.OrderBy(r => r.Seconds).ElementAt(runs.Count / 2);
        table.AddLimit($"{accounts:N0} accounts due, nothing to change", 5, seconds, "s", $"{processor:0.0} s of a processor");
        table.AddLimit("calls for them", 1, fleet.Calls(Fleet.Corp).Made - before, "calls", "none");
    }

    private static async Task RateAsync(Fleet fleet, DrainClient bridge, int deliveries, int perSecond, RatioTable table)
    {
        await fleet.LimitAsync(perSecond);
        foreach (var target in Fleet.Targets)
            await fleet.AcknowledgeAsync(target, deliveries, changed: true);
        var before = Fleet.Targets.ToDictionary(t => t, fleet.Calls);
        var samples = Fleet.Targets.ToDictionary(t => t, _ => new List<(TimeSpan At, long Taken)>());
        var began = Stopwatch.GetTimestamp();
        var delivering = bridge.DeliverAsync([.. Fleet.Targets]);
        while (!delivering.IsCompleted)
        {
            await Task.WhenAny(delivering, Task.Delay(200));
            foreach (var target in Fleet.Targets)
            {
                var (made, refused) = fleet.Calls(target);
                samples[target].Add((Stopwatch.GetElapsedTime(began), made - refused - before[target].Made + before[target].Refused));
            }
        }

        await delivering;
        foreach (var target in Fleet.Targets)
        {
            var permitted = target == Fleet.Org ? perSecond * (1 - Fleet.OktaReserve) : perSecond;
            // While there was enough to do.
            var busy = samples[target].Where(s => s.Taken < deliveries * 0.98).ToList();
            var end = busy.Count == 0 ? TimeSpan.Zero : busy[^1].At;
            var (from, until) = target == Fleet.Org ? (TimeSpan.Zero, Minute * Math.Floor(end / Minute)) : (Learning, end);
            var span = busy.Where(s => s.At >= from && s.At <= until).ToList();
            if (span.Count < 2)
                throw new InvalidOperationException($"{end.TotalSeconds:0} s are too few to measure a rate.");
            var rate = (span[^1].Taken - span[0].Taken) / (span[^1].At - span[0].At).TotalSeconds;
            var (made, refused) = fleet.Calls(target);
            table.AddShare(
                $"calls a second, {target}, for {(span[^1].At - span[0].At).TotalSeconds:0} s", 0.95, [(rate, permitted)], "/s", "permitted");
            table.AddLimit(
                $"calls refused with 429, {target}", 0.1, 100.0 * (refused - before[target].Refused) / (made - before[target].Made), "%",
                $"{refused - before[target].Refused} of {made - before[target].Made}, from the first call on");
        }
    }

    private static async Task CreateAsync(DatabaseKind kind, int accounts, RatioTable table)
    {
        var folder = Directory.CreateTempSubdirectory("scimbridge-bench-").FullName;
        using var sandbox = ServerProcess.Start(
            "ScimBridge.Sandbox.dll", ["--port", "0", "--target", "corp", "--token", "secret", "--target", "floor", "--token", "secret"]);
        try
        {
            var address = (await sandbox.StandardOutput.ReadLineAsync())!.Split(' ')[^1].TrimEnd('/');
            await using var database = await TestDatabase.CreateAsync(kind);
            var file = Path.Combine(folder, "workers.csv");
            Company.Write(file, accounts);
            var config = Company.Configure(folder, database, new Uri($"{address}/targets/corp/scim/v2"));
            var floor = await FloorAsync($"{address}/targets/floor/scim/v2/Users", accounts);

            var run = await ServerProcess.ImportAsync(config, file);

            var rate = accounts / run.Phases["delivered"];
            table.AddShare("accounts created, with manager and group", 1, [(rate, 500)], "/s", "wanted");
            table.AddNote("accounts created, with manager and group", [(rate, floor)], "/s", "bare POSTs");
        }
        finally
        {
            sandbox.Kill();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> FloorAsync(string url, int accounts)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secret");
        var began = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, accounts),
            new ParallelOptions { MaxDegreeOfParallelism = InFlight },
            async (i, cancel) =>
            {
                var body = string.Create(
                    CultureInfo.InvariantCulture,
                    $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"user{{i}}","active":true,"displayName":"User {{i}}"}""");
                using var content = new StringContent(body, Encoding.UTF8, "application/scim+json");
                using var answer = await http.PostAsync(url, content, cancel);
                answer.EnsureSuccessStatusCode();
            });
        return accounts / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
