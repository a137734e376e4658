using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NodaTime;
using ScimBridge.Server;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;

namespace ScimBridge.Benchmarks;

/// <summary>
/// The delivery of the bridge and nothing else of it, in a process of its own: each line that comes in names what is done, and is answered
/// with the seconds that it took and those that processors worked for it. <c>deliver TARGETS</c> delivers what is due, <c>call FILE</c>
/// makes the calls of a file with a bare HTTP client, in the same process.
/// </summary>
internal static class DrainServer
{
    private const int InFlight = 16;

    public static async Task RunAsync(string path)
    {
        var configuration = BridgeConfiguration.Parse(await File.ReadAllTextAsync(path), path, new Dictionary<string, string>());
        await using var services = new ServiceCollection()
            .AddLogging(l => l.SetMinimumLevel(LogLevel.Warning))
            .AddBridge(configuration)
            .AddSingleton<IAlarm, QuietAlarm>()
            .BuildServiceProvider();
        using var http = new HttpClient();
        while (await Console.In.ReadLineAsync() is { } line)
        {
            var (verb, what) = (line.Split(' ')[0], line.Split(' ')[1]);
            var (began, worked) = (Stopwatch.GetTimestamp(), Worked());
            if (verb == "deliver")
                await Task.WhenAll(what.Split(',').Select(target => DeliverAsync(services, target)));
            else
                await CallAsync(http, await File.ReadAllLinesAsync(what));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(began).TotalSeconds} {(Worked() - worked).TotalSeconds}"));
        }
    }

    private static TimeSpan Worked()
    {
        using var own = Process.GetCurrentProcess();
        return own.TotalProcessorTime;
    }

    private static async Task DeliverAsync(ServiceProvider services, string target)
    {
        var (runner, clock) = (services.GetRequiredService<DrainRunner>(), services.GetRequiredService<IClock>());
        while (await runner.RunAsync(new DrainKey(DrainKind.Deliver, target), CancellationToken.None) is { } next)
        {
            var wait = next - clock.GetCurrentInstant();
            if (wait > Duration.Zero)
                await Task.Delay(wait.ToTimeSpan());
        }
    }

    private static Task CallAsync(HttpClient http, string[] calls) => Parallel.ForEachAsync(
        calls, new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (call, cancel) =>
        {
            var parts = call.Split('\t');
            using var request = new HttpRequestMessage(new HttpMethod(parts[0]), parts[1])
            {
                Content = new StringContent(parts[4], Encoding.UTF8, parts[3]),
                Headers = { Authorization = AuthenticationHeaderValue.Parse(parts[2]) },
            };
            using var answer = await http.SendAsync(request, cancel);
            await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(cancel);
        });
}
