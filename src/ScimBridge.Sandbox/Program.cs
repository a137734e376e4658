using System.Globalization;
using System.Runtime.InteropServices;
using ScimBridge.Sandbox.ScimTarget;

namespace ScimBridge.Sandbox;

/// <summary>Runs the sandbox alone.</summary>
internal static class Program
{
    private const string Usage =
        """
        Usage: ScimBridge.Sandbox [--port 5090] [--target NAME --token TOKEN]...

        Without --target there is one, corp, with the token secret. --port 0 takes any free port.
        """;

    public static async Task<int> Main(string[] args)
    {
        if (Parse(args) is not { } options)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        try
        {
            await using var host = await SandboxHost.StartAsync(options);
            Console.WriteLine($"Sandbox at {host.BaseAddress}");
            foreach (var target in options.Targets)
                Console.WriteLine($"SCIM target {target.Name} at {host.ScimAddress(target.Name)}");
            await StopSignalAsync();
            return 0;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private static SandboxOptions? Parse(string[] args)
    {
        var port = 5090;
        var targets = new List<ScimTargetOptions>();
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            switch (args[i])
            {
                case "--port" when int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535:
                    break;
                case "--target":
                    targets.Add(new(args[i + 1], "secret"));
                    break;
                case "--token" when targets.Count > 0:
                    targets[^1] = targets[^1] with { Token = args[i + 1] };
                    break;
                default:
                    return null;
            }
        }

        if (args.Length % 2 != 0)
            return null;
        return new() { Port = port, Targets = targets.Count > 0 ? targets : [new("corp", "secret")] };
    }

    private static async Task StopSignalAsync()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        await stopped.Task;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopped.TrySetResult();
        }
    }
}
