using System.CommandLine;
using ScimBridge.Provisioning.Lifecycle;

namespace ScimBridge.Server.Cli;

/// <summary><c>check</c>: says what is wrong with the configuration, all of it, and starts nothing.</summary>
internal static class CheckCommand
{
    public static Command Create(Option<string> config)
    {
        var table = new Option<bool>("--table") { Description = "Prints what each signal does to each worker in each state." };
        var command = new Command("check", "Checks the configuration.") { table };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(table))
            {
                Console.Write(LifecycleTableText.Markdown());
                return 0;
            }

            var configuration = CommandLine.Load(parsed, config);
            Console.WriteLine(
                $"{parsed.GetValue(config)} is sound: {configuration.Sources.Count} sources, {configuration.Targets.Count} targets.");
            return 0;
        });
        return command;
    }
}
