using System.Globalization;
using System.Net.Http.Headers;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Benchmarks;

/// <summary>
/// Leavers, one event of HR after the other, to a bridge that serves in a process of its own: until every target has shut them out, and
/// until it is proven that nothing is left to them. At rest, and while a change of everybody waits at each target.
/// </summary>
internal static class LeaverBenchmark
{
    private const int Terminations = 20;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);
    private static readonly CancellationToken None = CancellationToken.None;

    public static async Task RunAsync(DatabaseKind kind, int accounts, int perSecond, RatioTable table)
    {
        Console.WriteLine($"Leavers among {accounts} workers, {kind}");
        table.Kind = kind;
        await using var fleet = await Fleet.StartAsync(kind, accounts);
        // More would be held by the safety of the source, which lets 2.5 % of everybody leave in a week.
        var leavers = Math.Min(200, ((accounts / 40) - (6 * Terminations)) / 2);
        if (leavers < 1)
            throw new ArgumentOutOfRangeException(nameof(accounts), "Too few for anybody to leave.");
        // Of those who manage nobody, from all departments.
        var next = new Queue<string>(Enumerable.Range(0, accounts / 2).Select(i => (accounts - i).ToString(CultureInfo.InvariantCulture)));
        var (_, token) = await new Tokens(fleet.Database, SystemClock.Instance).CreateAsync("hr", "strict", ["hris.write:hr"], Duration.FromDays(1), None);
        using var bridge = await MeasuredServer.StartAsync("ScimBridge.Server.dll", "--config", fleet.Configuration, "serve");
        using var http = new HttpClient { BaseAddress = bridge.Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };

        // The first ones are not counted: .NET compiles what is called for the first time.
        await ProveAsync(fleet, http, Take(Terminations));
        // A bridge that starts with targets it did not have before goes through all of its accounts.
        var starting = await ProveAsync(fleet, http, Take(Terminations));
        table.AddLimit($"leaver to proof, while the bridge goes through all accounts, p99 of {Terminations}", 300, At(starting, 0.99), "s", $"p50 {At(starting, 0.5):0.00} s");
        while (await WaitingAsync(fleet, most: true) > 0)
            await Task.Delay(1_000);
        var atRest = await ProveAsync(fleet, http, Take(leavers));
        table.AddLimit($"leaver to proof, at rest, p99 of {leavers}", 30, At(atRest, 0.99), "s", $"p50 {At(atRest, 0.5):0.00} s");

        await fleet.LimitAsync(perSecond);
        await Task.WhenAll(Fleet.Targets.Select(t => fleet.AcknowledgeAsync(t, accounts - (2 * leavers) - (7 * Terminations), changed: true)));
        await Task.Delay(TimeSpan.FromSeconds(30));
        var waiting = await WaitingAsync(fleet);
        await ShutAsync($"termination behind {waiting:N0} updates", fleet, http, Take(Terminations), Fleet.Targets, table);
        foreach (var (away, rule, what) in new[]
        {
            (Fleet.Corp, new FaultRule { Kind = FaultKind.Latency, Milliseconds = 3_000, Always = true }, "slow"),
            (Fleet.Org, new FaultRule { Kind = FaultKind.Timeout, Always = true }, "away"),
        })
        {
            FaultsOf(fleet, away).Add(rule);
            await ShutAsync($"the same while {away} is {what}", fleet, http, Take(Terminations), [.. Fleet.Targets.Where(t => t != away)], table);
            FaultsOf(fleet, away).Clear();
        }

        foreach (var target in Fleet.Targets)
            FaultsOf(fleet, target).Add(new FaultRule { Kind = FaultKind.Error, Status = 503, Share = 0.01, Seed = 1 });
        waiting = await WaitingAsync(fleet);
        var behind = await ProveAsync(fleet, http, Take(leavers));
        table.AddLimit(
            $"leaver to proof, behind {waiting:N0} updates and 1 % faults, p99 of {leavers}", 300, At(behind, 0.99), "s",
            $"p50 {At(behind, 0.5):0.00} s; {await WaitingAsync(fleet):N0} still waited");

        string[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => next.Dequeue())];
    }

    private static FaultScript FaultsOf(Fleet fleet, string target) => target switch
    {
        Fleet.Corp => fleet.Sandbox.Target(target).Faults,
        Fleet.Org => fleet.Sandbox.Org(target).Faults,
        _ => fleet.Sandbox.Tenant(target).Faults,
    };

    // The fewest that wait at one of them, or the most.
    private static async Task<long> WaitingAsync(Fleet fleet, bool most = false)
    {
        var waiting = new List<long>();
        foreach (var target in Fleet.Targets)
            waiting.Add(await fleet.WaitingAsync(target));
        return most ? waiting.Max() : waiting.Min();
    }

    private static async Task<DateTimeOffset> HandInAsync(Fleet fleet, HttpClient http, string worker)
    {
        var row = fleet.Rows.ByWorker[worker].Split(',');
        row[Array.IndexOf(fleet.Rows.Header.Split(','), "status")] = "T";
        using var content = new StringContent(fleet.Rows.Header + "\n" + string.Join(',', row) + "\n");
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        var at = DateTimeOffset.UtcNow;
        using var answer = await http.PostAsync(new Uri("/hris/v1/hr/batches?mode=delta", UriKind.Relative), content);
        answer.EnsureSuccessStatusCode();
        return at;
    }

    /// <summary>Seconds from the event of HR to the case that is closed, for each of the leavers.</summary>
    private static async Task<List<double>> ProveAsync(Fleet fleet, HttpClient http, string[] workers)
    {
        var handedIn = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var worker in workers)
        {
            fleet.SignIn(worker);
            handedIn[fleet.People[worker].ResourceId] = await HandInAsync(fleet, http, worker);
            await Task.Delay(Between);
        }

        var until = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            var cases = (await fleet.Database.ReadAsync(s => RevocationStore.ListAsync(s, null, null, 10_000, None), None))
                .Where(c => handedIn.ContainsKey(c.ResourceId)).ToList();
            if (cases.Count == workers.Length && cases.TrueForAll(c => c.State == "closed"))
            {
                return cases.ConvertAll(
                    c => (Microseconds.ToInstant(c.ClosedAt!.Value).ToDateTimeOffset() - handedIn[c.ResourceId]).TotalSeconds);
            }

            if (DateTimeOffset.UtcNow > until)
                throw new InvalidOperationException($"{cases.Count(c => c.State == "closed")} of {workers.Length} leavers are proven, {cases.Count} are known.");
            await Task.Delay(100);
        }
    }

    /// <summary>How long it takes from the event of HR until the targets have shut the leavers out.</summary>
    private static async Task ShutAsync(string what, Fleet fleet, HttpClient http, string[] workers, IReadOnlyList<string> targets, RatioTable table)
    {
        var took = targets.ToDictionary(t => t, _ => new List<double>());
        foreach (var worker in workers)
        {
            var at = await HandInAsync(fleet, http, worker);
            var open = targets.ToList();
            while (open.Count > 0)
            {
                await Task.Delay(Look);
                foreach (var target in open.Where(t => fleet.IsShut(t, worker)).ToList())
                {
                    took[target].Add((DateTimeOffset.UtcNow - at).TotalSeconds);
                    open.Remove(target);
                }

                if (DateTimeOffset.UtcNow - at > Patience)
                    throw new InvalidOperationException($"{worker} was never shut out at {string.Join(", ", open)}.");
            }
        }

        foreach (var target in targets)
            table.AddLimit($"{what}, {target}, p99 of {workers.Length}", 2, At(took[target], 0.99), "s", $"p50 {At(took[target], 0.5):0.00} s");
    }

    private static double At(List<double> values, double part)
    {
        var sorted = values.Order().ToList();
        return sorted[(int)Math.Ceiling(part * sorted.Count) - 1];
    }
}
