using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace ScimBridge.Sandbox.Tests;

/// <summary>
/// Prints how fast creates are taken; judges nothing but that they all arrive. SANDBOX_CREATES=50000 makes it a
/// measurement: dotnet test -c Release --filter ThroughputTests --logger "console;verbosity=detailed".
/// </summary>
public sealed class ThroughputTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Creates_by_16_clients_all_arrive()
    {
        var creates = int.Parse(Environment.GetEnvironmentVariable("SANDBOX_CREATES") ?? "1000", CultureInfo.InvariantCulture);
        await using var client = await TargetClient.StartAsync();
        await client.CreateUserAsync("first");

        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(0, creates, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            Assert.Equal(201, (await client.CreateUserAsync($"user{i}", $"w{i}")).Status));
        clock.Stop();

        output.WriteLine($"{creates} creates in {clock.Elapsed.TotalSeconds:F2} s: {creates / clock.Elapsed.TotalSeconds:F0} a second");
        Assert.Equal(creates + 1, client.Target.UserCount);
    }
}
