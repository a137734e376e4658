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
/// The second terminal of the demo: hands a termination in as HR would, over HTTP, looks at the target until the account is disabled, and
/// shows what the bridge has seen of it.
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
                    return await ShowProofAsync(http, state, (string)now["externalId"]!, started, cancel);
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

    // What the bridge itself can show: the target's word is no proof.
    private static async Task<int> ShowProofAsync(HttpClient http, DemoState state, string user, long started, CancellationToken cancel)
    {
        var address = $"{state.BridgeUrl}/admin/v1/leavers/{user}/proof";
        while (Stopwatch.GetElapsedTime(started) < Patience)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", state.AdminToken);
            using var answer = await http.SendAsync(request, cancel);
            answer.EnsureSuccessStatusCode();
            var proof = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel))!["proof"]!;
            if ((string?)proof["revocation"]!["state"] == "closed")
            {
                foreach (var step in proof["steps"]!.AsArray())
                    Console.WriteLine(Line(step!, proof["proofs"]!.AsArray()));
                await DemoServiceAccounts.ShowAsync(http, state, proof["serviceAccounts"]!.AsArray(), cancel);
                Console.WriteLine($"The signed proof, which `verify` checks offline: curl -H 'Authorization: Bearer {state.AdminToken}' {address}");
                return 0;
            }

            await Task.Delay(50, cancel);
        }

        throw new CommandException($"The end of access was not proven within {Patience.TotalSeconds} s.");
    }

    private static string Line(JsonNode step, JsonArray proofs)
    {
        var what = $"  {step["access"],-12} {step["state"]}";
        if (step["proof"] is not { } number)
            return $"{what}: {step["reason"]} Who answers for it: {step["owner"]}.";
        var seen = proofs.First(p => (long)p!["number"]! == (long)number)!;
        return $"{what} by {seen["method"]}: {seen["value"]}";
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
