using System.CommandLine;
using ScimBridge.Connectors.Sources;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Cli;

/// <summary>The command line: <c>serve</c>, <c>import</c>, <c>plan</c>, <c>reconcile</c>, <c>token</c>, <c>check</c>, <c>schema</c>, <c>verify</c>, <c>journal</c>, <c>evidence</c>, <c>health</c>, <c>demo</c>.</summary>
public static class CommandLine
{
    /// <summary>Runs one command; answers with the exit code: 0 done, 1 failed, 2 not understood or not configured.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var config = new Option<string>("--config") { Description = "The configuration.", DefaultValueFactory = _ => "bridge.json", Recursive = true };
        var root = new RootCommand("ScimBridge: from HR to the identity systems, and the proof that they followed.") { config };
        root.Add(ServeCommand.Create(config));
        root.Add(ImportCommand.Create(config));
        root.Add(PlanCommand.Create(config));
        root.Add(ReconcileCommand.Create(config));
        root.Add(TokenCommand.Create(config));
        root.Add(CheckCommand.Create(config));
        root.Add(SchemaCommand.Create());
        root.Add(VerifyCommand.Create());
        root.Add(JournalCommand.Create(config));
        root.Add(EvidenceCommand.Create(config));
        root.Add(HealthCommand.Create());
        root.Add(DemoCommand.Create());
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await parsed.InvokeAsync();
            return 2;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (ConfigurationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (Exception e) when (e is FeedException or CommandException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            return 1;
        }
    }

    /// <summary>The configuration that a command names.</summary>
    internal static BridgeConfiguration Load(ParseResult parsed, Option<string> config) =>
        BridgeConfiguration.Load(parsed.GetValue(config)!, Environment.GetEnvironmentVariables());
}
