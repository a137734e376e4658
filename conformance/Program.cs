using System.Runtime.InteropServices;

namespace ScimBridge.Conformance;

/// <summary>The command line of the suite.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments.Length == 0 || arguments.Contains(
            "--help",
            StringComparer.Ordinal) || arguments.Contains("-h", StringComparer.Ordinal))
        {
            await Console.Out.WriteLineAsync(Settings.Usage);
            return arguments.Length == 0 ? 2 : 0;
        }

        try
        {
            var settings = Settings.Parse(arguments);
            if (settings.List)
            {
                await Suite.ListAsync(settings, Console.Out);
                return 0;
            }
            return await RunAsync(settings);
        }
        catch (FormatException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            await Console.Error.WriteLineAsync(Settings.Usage);
            return 2;
        }
        catch (HttpRequestException broken)
        {
            await Console.Error.WriteLineAsync("No connection: " + broken.Message);
            return 2;
        }
        catch (IOException broken)
        {
            await Console.Error.WriteLineAsync("The reports could not be written: " + broken.Message);
            return 2;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return 2;
        }
    }

    private static async Task<int> RunAsync(Settings settings)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        var result = await Suite.RunAsync(settings, Console.Out, live: !Console.IsOutputRedirected, stop.Token);
        return result.ExitCode;

        void End(PosixSignalContext context)
        {
            // The second one ends the process at once, without cleaning up.
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }
}
