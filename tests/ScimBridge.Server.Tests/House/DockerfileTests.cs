using System.Diagnostics;

namespace ScimBridge.Server.Tests.House;

/// <summary>No Docker engine is needed to know that the image's publish step works: this runs the very line.</summary>
public sealed class DockerfileTests
{
    [Fact]
    public async Task Publish_line_of_the_Dockerfile_makes_a_server_that_starts()
    {
        var line = File.ReadLines(Path.Combine(Repository.Root, "Dockerfile")).Single(l => l.StartsWith("RUN dotnet publish ", StringComparison.Ordinal));
        var output = Directory.CreateTempSubdirectory("scimbridge-publish-").FullName;
        try
        {
            var command = line["RUN dotnet ".Length..].Replace(" /app ", $" {output} ", StringComparison.Ordinal);
            await RunAsync(command.Split(' ', StringSplitOptions.RemoveEmptyEntries));

            var help = await RunAsync([Path.Combine(output, "ScimBridge.Server.dll"), "--help"]);

            foreach (var verb in new[] { "serve", "import", "token", "check", "demo", "health" })
                Assert.Contains(verb, help, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    private static async Task<string> RunAsync(string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Repository.Root,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said);
        return said;
    }
}
