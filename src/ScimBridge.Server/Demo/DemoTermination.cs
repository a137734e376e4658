using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Demo;

/// <summary>
/// The second terminal of the demo: hands a termination in as HR would, over HTTP, and looks at the target until the account is disabled.
/// </summary>
internal static class DemoTermination
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string folder, string employeeNumber, CancellationToken cancel)
    {
        var state = DemoFolder.Load(folder)
            ?? throw new CommandException("No demo is running here. Start one first: dotnet run --project src/ScimBridge.Server -- demo");
        using var http = new HttpClient();
        try
        {
            if (await AccountAsync(http, state, employeeNumber, cancel) is not { } before)
                throw new CommandException($"{employeeNumber} has no account at the target.");
            Console.WriteLine($"{before["userName"]} is {Word(before)} at the target.");
            var started = Stopwatch.GetTimestamp();
            await HandInAsync(http, state, Record(folder, employeeNumber), cancel);
            Console.WriteLine("The termination is handed in.");
            while (Stopwatch.GetElapsedTime(started) < Patience)
            {
                if (await AccountAsync(http, state, employeeNumber, cancel) is { } now && !Active(now))
                {
                    Console.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"{now["userName"]} is {Word(now)} at the target, {Stopwatch.GetElapsedTime(started).TotalSeconds:0.00} s after the termination was handed in."));
                    return 0;
                }

                await Task.Delay(20, cancel);
            }
        }
        catch (HttpRequestException e)
        {
            throw new CommandException($"The demo does not answer: {e.Message}", e);
        }

        throw new CommandException($"The account was not disabled within {Patience.TotalSeconds} s.");
    }

    // The header and the row of the HR file, with the last day set to yesterday.
    private static string Record(string folder, string employeeNumber)
    {
        var lines = File.ReadAllLines(DemoFolder.WorkersPath(folder));
        var row = lines.Skip(1).FirstOrDefault(l => l.StartsWith(employeeNumber + ",", StringComparison.Ordinal))
            ?? throw new CommandException($"There is no {employeeNumber} in the HR file.");
        var fields = row.Split(',');
        var header = lines[0].Split(',');
        fields[Array.IndexOf(header, "status")] = "Terminated";
        fields[Array.IndexOf(header, "lastDay")] =
            LocalDatePattern.Iso.Format(SystemClock.Instance.GetCurrentInstant().InUtc().Date.PlusDays(-2));
        return $"{lines[0]}\n{string.Join(',', fields)}\n";
    }

    private static async Task HandInAsync(HttpClient http, DemoState state, string csv, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"{state.BridgeUrl}/hris/v1/{DemoFolder.Source}/batches?mode=delta")
        {
            Content = new StringContent(csv, Encoding.UTF8, "text/csv"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", state.HrToken);
        using var answer = await http.SendAsync(request, cancel);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task<JsonObject?> AccountAsync(HttpClient http, DemoState state, string employeeNumber, CancellationToken cancel)
    {
        // The employee number is not what a target filters by; the page that holds the company does.
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{state.TargetUrl}/Users?count=200");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", state.TargetToken);
        using var answer = await http.SendAsync(request, cancel);
        answer.EnsureSuccessStatusCode();
        var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel))!;
        return page["Resources"]!.AsArray().OfType<JsonObject>().FirstOrDefault(u =>
            u["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]?["employeeNumber"]?.GetValue<string>() == employeeNumber);
    }

    private static bool Active(JsonObject account) => account["active"]!.GetValue<bool>();

    private static string Word(JsonObject account) => Active(account) ? "active" : "disabled";
}
