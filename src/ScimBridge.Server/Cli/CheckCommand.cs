using System.CommandLine;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Server.Cli.Samples;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Cli;

/// <summary><c>check</c>: says what is wrong with the configuration, all of it, and runs the golden samples that lie beside it.</summary>
internal static class CheckCommand
{
    public static Command Create(Option<string> config)
    {
        var table = new Option<bool>("--table") { Description = "Prints what each signal does to each worker in each state." };
        var command = new Command("check", "Checks the configuration, and runs the golden samples beside it.") { table };
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(table))
            {
                Console.Write(LifecycleTableText.Markdown());
                return 0;
            }

            var configuration = CommandLine.Load(parsed, config);
            Console.WriteLine(
                $"{parsed.GetValue(config)} is sound: {configuration.Sources.Count} sources, {configuration.Targets.Count} targets.");
            return await RunSamplesAsync(configuration, cancel) ? 0 : 1;
        });
        return command;
    }

    private static async Task<bool> RunSamplesAsync(BridgeConfiguration configuration, CancellationToken cancel)
    {
        var folder = configuration.Locate(configuration.Options.Samples ?? "samples");
        if (!Directory.Exists(folder))
        {
            return configuration.Options.Samples is null
                ? true
                : throw new CommandException($"$.samples: there is no folder {folder}.");
        }

        List<GoldenSample> samples =
        [
            .. Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .SelectMany(file => GoldenSample.Read(folder, file, configuration)),
        ];
        var failed = 0;
        foreach (var sample in samples)
        {
            var differences = await SampleRun.RunAsync(sample, configuration, cancel);
            if (differences.Count == 0)
                continue;
            failed++;
            Console.WriteLine($"{sample.File}: {sample.Options.Sample}");
            foreach (var difference in differences)
                Console.WriteLine($"  {difference.Path}: expected {difference.Expected}, got {difference.Got}");
        }

        Console.WriteLine(failed == 0 ? $"{samples.Count} samples come to what they say." : $"{failed} of {samples.Count} samples come to something else.");
        return failed == 0;
    }
}
