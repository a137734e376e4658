using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using ScimBridge.Fixtures;

namespace ScimBridge.Benchmarks;

/// <summary>
/// Delivery to a SCIM target over HTTP, 16 calls in flight, target and bridge in processes of their own. The floor is the same number of
/// creations by a bare HTTP client.
/// </summary>
internal static class DeliveryBenchmark
{
    private const int InFlight = 16;

    public static async Task RunAsync(DatabaseKind kind, int accounts, ResultTable table)
    {
        Console.WriteLine($"Delivery of {accounts} accounts, {kind}");
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

            table.Add(
                $"delivery of accounts with manager and group, {kind}", "500/s", accounts / run.Phases["delivered"], "accounts/s", floor,
                "bare POSTs");
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
