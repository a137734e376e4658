using System.CommandLine;

namespace ScimBridge.Server.Cli;

/// <summary><c>check</c>: says what is wrong with the configuration, all of it, and starts nothing.</summary>
internal static class CheckCommand
{
    public static Command Create(Option<string> config)
    {
        var command = new Command("check", "Checks the configuration.");
        command.SetAction(parsed =>
        {
            var configuration = CommandLine.Load(parsed, config);
            Console.WriteLine(
                $"{parsed.GetValue(config)} is sound: {configuration.Sources.Count} sources, {configuration.Targets.Count} targets.");
            return 0;
        });
        return command;
    }
}
