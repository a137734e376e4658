using System.Diagnostics;
using System.Globalization;
using ScimBridge.Fixtures;

namespace ScimBridge.Benchmarks;

/// <summary>
/// The SCIM service under load, everything as a ratio within the same run: many users against few, big groups against empty ones, deep
/// pages against first ones, and the service against a floor that does the least on the same database. What is compared takes turns, and
/// the median of the rounds counts, so that other work on the machine weighs on both.
/// </summary>
internal static class ScimBenchmark
{
    private const int Few = 1_000;
    private const int Rounds = 11;
    private const int Connections = 16;
    private const int PreparedRequests = 5_000;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(DatabaseKind kind, int users, RatioTable table)
    {
        Console.WriteLine($"SCIM, {kind}, {users} users");
        table.Kind = kind;
        await using var few = await ScimService.StartAsync(kind, Few);
        await using var many = await ScimService.StartAsync(kind, users);
        using var floor = await FloorAsync(many);
        using var floorClient = new RawClient(floor.Address, token: null);
        byte[] FloorGet(int n) => floorClient.Get("/" + many.Ids[n % many.Ids.Count]);
        Say("filled");
        // Before anything else is asked of it: the server has just created all of them.
        var resident = many.Server.ResidentMB;
        table.AddLimit("Bulk of 1,000 creates", 700, Median(many.BulkTimes), "ms", $"slowest of {many.BulkTimes.Count}: {many.BulkTimes.Max():N0} ms");
        table.AddLimit($"resident after creating {users:N0} users", 300, resident, "MB", $"the floor: {floor.ResidentMB:N0} MB");

        var rate = Turns(
            n => many.Client.Rate(Many(many.Get, n), Connections, Round), n => floorClient.Rate(Many(FloorGet, n), Connections, Round), 5);
        table.AddShare($"GET by id, {Connections} connections", 0.5, rate, "/s", "the floor");
        Say("GET, 16 connections");
        // The server of the few has answered little so far, and .NET compiles well only what is called often.
        few.Client.Rate(Many(few.Get, 0), Connections, Round);
        few.Client.Rate(Many(few.Find, 0), Connections, Round);
        many.Client.Rate(Many(many.Find, 0), Connections, Round);
        table.AddRatio("GET by id", 1.3, Latency(many, many.Get, few, few.Get), "ms", $"{Few:N0} users");
        table.AddRatio("filter userName eq", 1.3, Latency(many, many.Find, few, few.Find), "ms", $"{Few:N0} users");
        table.AddNote(
            "GET by id, one connection", Turns(n => Latency(many.Client, many.Get, n), n => Latency(floorClient, FloorGet, n), Rounds), "ms", "the floor");
        var first = many.PageAt(1);
        table.AddRatio(
            "page of 100 by index at the end", 3,
            Latency(many, _ => many.PageAt(users - 99), many, _ => first, 20), "ms", "the first page");
        var last = many.PageAfter(many.LastCursor());
        table.AddRatio("page of 100 by cursor at the end", 1.3, Latency(many, _ => last, many, _ => first, 20), "ms", "the first page");
        Say("pages");
        Members(many, users, table);
        var share = Turns(
            n => many.Client.Rate(Many(many.Get, n), Connections, Round), n => floorClient.Rate(Many(FloorGet, n), Connections, Round), 3);
        table.AddNote($"GET by id of users in a group, {Connections} connections", share, "/s", "the floor");
        table.AddLimit("resident at the end", 300, many.Server.ResidentMB, "MB", $"the floor: {floor.ResidentMB:N0} MB");
        var starts = new List<(double Service, double Floor)>();
        for (var i = 0; i < 5; i++)
            starts.Add((await many.RestartAsync(), await StartFloorAsync(many)));
        table.AddLimit("start to the first answer", 2, Median(starts.Select(s => s.Service)), "s", $"the floor: {Median(starts.Select(s => s.Floor)):N2} s");
    }

    private static Task<MeasuredServer> FloorAsync(ScimService service) => MeasuredServer.StartAsync(
        "ScimBridge.Benchmarks.dll", "floor", service.Database.Kind.ToString(), service.Database.Location);

    private static async Task<double> StartFloorAsync(ScimService service)
    {
        var began = Stopwatch.GetTimestamp();
        using var floor = await FloorAsync(service);
        using var client = new RawClient(floor.Address, token: null);
        client.Time(client.Get("/" + service.Ids[0]), 200);
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static void Members(ScimService service, int users, RatioTable table)
    {
        const int patches = 20;
        int[] sizes = [0, .. new[] { 1_000, 10_000, 100_000 }.Where(s => s <= users)];
        var groups = sizes.Select(service.AddGroup).ToList();
        var at = service.Ids.Count;
        service.Add((Rounds + 1) * patches);
        var times = new List<double[]>();
        for (var round = 0; round <= Rounds; round++)
        {
            var ofRound = groups.ConvertAll(_ => new List<double>());
            for (var i = 0; i < patches; i++, at++)
            {
                for (var g = 0; g < groups.Count; g++)
                    ofRound[g].Add(service.Client.Time(service.AddMembers(groups[g], service.Ids[at]), 204));
            }

            times.Add([.. ofRound.Select(Median)]);
        }

        // The first round warms up.
        for (var g = 1; g < groups.Count; g++)
        {
            var pairs = times.Skip(1).Select(t => (t[g], t[0])).ToList();
            table.AddRatio($"PATCH adding a member to {sizes[g]:N0}", 1.3, pairs, "ms", "to none");
        }

        Say("members");
    }

    private static List<(double, double)> Latency(ScimService one, Func<int, byte[]> ofOne, ScimService other, Func<int, byte[]> ofOther, int requests = 200) =>
        Turns(n => Latency(one.Client, ofOne, n, requests), n => Latency(other.Client, ofOther, n, requests), Rounds);

    private static double Latency(RawClient client, Func<int, byte[]> request, int round, int requests = 200)
    {
        var times = new List<double>(requests);
        for (var i = 0; i < requests; i++)
            times.Add(client.Time(request(((round * requests) + i) * 7_919), 200));
        return Median(times);
    }

    // The first turn warms up.
    private static List<(double, double)> Turns(Func<int, double> one, Func<int, double> other, int rounds) =>
        [.. Enumerable.Range(0, rounds + 1).Select(n => (one(n), other(n))).Skip(1)];

    private static byte[][] Many(Func<int, byte[]> request, int round) =>
        [.. Enumerable.Range(round * PreparedRequests, PreparedRequests).Select(n => request(n * 7_919))];

    private static double Median(IEnumerable<double> values) => RatioTable.Median(values);

    private static void Say(string what) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {DateTime.Now:HH:mm:ss} {what}"));
}
