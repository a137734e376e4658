using System.CommandLine;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Cli;

/// <summary><c>health</c>: asks a running bridge whether it can do its work, for a container that has no other program to ask with.</summary>
internal static class HealthCommand
{
    public static Command Create()
    {
        var url = new Option<Uri>("--url") { Description = "Where the bridge listens.", DefaultValueFactory = _ => new Uri("http://127.0.0.1:5080") };
        var command = new Command("health", "Asks a running bridge whether it is well.") { url };
        command.SetAction(async (parsed, cancel) =>
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(4) };
            try
            {
                using var answer = await http.GetAsync(new Uri(parsed.GetValue(url)!, "/health"), cancel);
                Console.WriteLine(answer.IsSuccessStatusCode ? "well" : $"answered {(int)answer.StatusCode}");
                return answer.IsSuccessStatusCode ? 0 : 1;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                throw new CommandException($"No answer from {parsed.GetValue(url)}.", e);
            }
        });
        return command;
    }
}
