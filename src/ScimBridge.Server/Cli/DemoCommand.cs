using System.CommandLine;
using ScimBridge.Server.Demo;

namespace ScimBridge.Server.Cli;

/// <summary><c>demo</c>: the bridge, a sandbox and a sample company; and <c>demo terminate</c> against it.</summary>
internal static class DemoCommand
{
    public static Command Create()
    {
        var folder = new Option<DirectoryInfo>("--folder")
        {
            Description = "Where the demo keeps its files; they are made anew.",
            DefaultValueFactory = _ => new DirectoryInfo("demo"),
            Recursive = true,
        };
        var port = new Option<int>("--port") { Description = "Where the bridge listens; the sandbox takes the next port.", DefaultValueFactory = _ => 5080 };
        var demo = new Command("demo", "Starts a bridge and a sandbox with a sample company.") { folder, port };
        demo.SetAction((parsed, cancel) => DemoRun.StartAsync(parsed.GetValue(folder)!.FullName, parsed.GetValue(port), cancel));
        var number = new Argument<string>("employeeNumber") { Description = "Who leaves, e.g. 1017." };
        var terminate = new Command("terminate", "Hands in a termination and waits until the account is disabled.") { number };
        terminate.SetAction((parsed, cancel) =>
            DemoTermination.RunAsync(parsed.GetValue(folder)!.FullName, parsed.GetValue(number)!, cancel));
        demo.Add(terminate);
        return demo;
    }
}
