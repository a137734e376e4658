using System.CommandLine;

namespace ScimBridge.Server.Cli;

/// <summary><c>serve</c>: runs the bridge until it is told to stop.</summary>
internal static class ServeCommand
{
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    public static Command Create(Option<string> config)
    {
        var command = new Command("serve", "Runs the bridge.");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var host = await BridgeHost.StartAsync(CommandLine.Load(parsed, config), cancel: cancel);
            Console.WriteLine($"ScimBridge serves at {host.Address}");
            await host.WaitAsync(cancel);
            using var soon = new CancellationTokenSource(LastWords);
            await host.AnchorAsync(soon.Token);
            return 0;
        });
        return command;
    }
}
