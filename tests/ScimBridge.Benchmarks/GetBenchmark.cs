using System.Globalization;
using ScimBridge.Fixtures;

namespace ScimBridge.Benchmarks;

/// <summary>
/// <c>GET /Users/ID</c> against the floor, as the SCIM benchmark measures it, and the processor time that a request costs each: on a
/// machine that is busy with other work, that says more than the rate.
/// </summary>
internal static class GetBenchmark
{
    private const int Rounds = 9;
    private const int Connections = 16;
    private const int PreparedRequests = 5_000;
    private const int WarmUpRequests = 60_000;
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    public static async Task RunAsync(DatabaseKind kind, int users)
    {
        Console.WriteLine($"GET by id, {kind}, {users} users, {Connections} connections");
        await using var service = await ScimService.StartAsync(kind, users);
        // Not the one that has just created all of them.
        await service.RestartAsync();
        using var floor = await MeasuredServer.StartAsync(
            "ScimBridge.Benchmarks.dll", "floor", service.Database.Kind.ToString(), service.Database.Location);
        using var floorClient = new RawClient(floor.Address, token: null);
        var ofService = Enumerable.Range(0, PreparedRequests).Select(n => service.Get(n * 7_919)).ToArray();
        var ofFloor = Enumerable.Range(0, PreparedRequests).Select(n => floorClient.Get("/" + service.Ids[n * 7_919 % users])).ToArray();
        var rounds = new List<(Turn Service, Turn Floor)>();
        WarmUp(service.Client, ofService);
        WarmUp(floorClient, ofFloor);
        for (var round = 0; round < Rounds; round++)
            rounds.Add((Measure(service.Server, service.Client, ofService), Measure(floor, floorClient, ofFloor)));

        Say("rate, /s", rounds, t => t.Rate);
        Say("processor time of a request, us", rounds, t => t.Microseconds);
    }

    // .NET compiles well only what is called often, and on a busy machine that takes its time.
    private static void WarmUp(RawClient client, byte[][] requests)
    {
        for (var done = 0.0; done < WarmUpRequests;)
            done += client.Rate(requests, Connections, Round) * Round.TotalSeconds;
    }

    private static Turn Measure(MeasuredServer server, RawClient client, byte[][] requests)
    {
        var before = server.ProcessorTime;
        var rate = client.Rate(requests, Connections, Round);
        return new Turn(rate, (server.ProcessorTime - before).TotalMicroseconds / (rate * Round.TotalSeconds));
    }

    private static void Say(string what, List<(Turn Service, Turn Floor)> rounds, Func<Turn, double> figure) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"  {what}: {RatioTable.Median(rounds.Select(r => figure(r.Service))):N1}, the floor {RatioTable.Median(rounds.Select(r => figure(r.Floor))):N1}, ratio {RatioTable.Median(rounds.Select(r => figure(r.Service) / figure(r.Floor))):N3}"));

    private readonly record struct Turn(double Rate, double Microseconds);
}
