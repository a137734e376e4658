using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ScimBridge.Benchmarks;

/// <summary>What an import said and needed.</summary>
/// <param name="Phases">Seconds by phase: read, decided, delivered.</param>
/// <param name="PeakMiB">The most memory that was resident.</param>
internal sealed record ImportRun(IReadOnlyDictionary<string, double> Phases, long PeakMiB);

/// <summary>Runs the server's command line as a process of its own, as a user does.</summary>
internal static partial class ServerProcess
{
    public static async Task<ImportRun> ImportAsync(string config, string file, string mode = "full")
    {
        var (_, _, peak, said) = await RunAsync(["--config", config, "import", "hr", file, "--mode", mode]);
        var phases = Phase().Matches(said).ToDictionary(
            m => m.Groups["name"].Value, m => double.Parse(m.Groups["seconds"].Value, CultureInfo.InvariantCulture));
        Console.WriteLine($"  {string.Join(", ", phases.Select(p => $"{p.Key} {p.Value:0.00} s"))}, {peak} MiB");
        return new ImportRun(phases, peak);
    }

    /// <summary>Runs a command to its end: how long it took, how long processors worked for it, the most memory that was resident, and what it said.</summary>
    public static async Task<(double Seconds, double Processor, long PeakMiB, string Said)> RunAsync(string[] arguments)
    {
        var began = Stopwatch.GetTimestamp();
        using var process = Start("ScimBridge.Server.dll", arguments);
        long peak = 0;
        var processor = TimeSpan.Zero;
        var watching = Task.Run(async () =>
        {
            while (!process.HasExited)
            {
                try
                {
                    process.Refresh();
                    peak = Math.Max(peak, process.PeakWorkingSet64);
                    processor = process.TotalProcessorTime;
                }
                catch (InvalidOperationException)
                {
                    // It ended between being asked and answering.
                }

                await Task.Delay(100);
            }
        });
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        await watching;
        // A plan ends with 2 where something would change, and a comparison where something differs.
        if (process.ExitCode != 0 && !(process.ExitCode == 2 && (arguments.Contains("plan") || arguments.Contains("reconcile"))))
            throw new InvalidOperationException($"The command failed: {said}");
        return (Stopwatch.GetElapsedTime(began).TotalSeconds, processor.TotalSeconds, peak >> 20, said);
    }

    public static Process Start(string program, string[] arguments, bool listens = false) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = listens,
            RedirectStandardOutput = true,
        })!;

    [GeneratedRegex(@"(?<name>read|decided|delivered) in (?<seconds>[0-9.]+) s", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Phase();
}
