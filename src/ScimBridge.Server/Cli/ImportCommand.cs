using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;
using Spectre.Console;

namespace ScimBridge.Server.Cli;

/// <summary><c>import</c>: reads a file of a source, decides, delivers, and says what happened.</summary>
internal static class ImportCommand
{
    // How long the command waits for a target that asks it to, or for another node that does the work, before it leaves the rest to others.
    private static readonly Duration Patience = Duration.FromSeconds(60);
    private const int FaultsShown = 20;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create(Option<string> config)
    {
        var source = new Argument<string>("source") { Description = "The source that the file comes from." };
        var file = new Argument<FileInfo>("file") { Description = "The file." };
        var mode = new Option<string>("--mode") { Description = "full or delta.", DefaultValueFactory = _ => "full" };
        var rows = new Option<long?>("--expected-rows") { Description = "How many rows there are: a full file that has them has proved itself complete." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Says what would happen, and changes nothing." };
        var command = new Command("import", "Reads a file of HR records, decides, and delivers.") { source, file, mode, rows, dryRun };
        command.SetAction(async (parsed, cancel) =>
        {
            var configuration = CommandLine.Load(parsed, config);
            var name = parsed.GetValue(source)!;
            if (configuration.Sources.All(s => s.Name != name))
                throw new CommandException($"There is no source '{name}' in the configuration.");
            if (parsed.GetValue(mode) is not ("full" or "delta"))
                throw new CommandException("--mode must be full or delta.");
            if (!parsed.GetValue(file)!.Exists)
                throw new CommandException($"There is no file {parsed.GetValue(file)}.");
            await using var node = await CommandNode.StartAsync(configuration, cancel);
            var manifest = new Manifest(parsed.GetValue(mode)!) { ExpectedRows = parsed.GetValue(rows), DryRun = parsed.GetValue(dryRun) };
            return await RunAsync(node, configuration, name, parsed.GetValue(file)!, manifest, cancel);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        CommandNode node, BridgeConfiguration configuration, string source, FileInfo file, Manifest manifest, CancellationToken cancel)
    {
        var phases = new List<string>();
        var began = Stopwatch.GetTimestamp();
        if (!manifest.DryRun)
        {
            var now = node.Get<IClock>().GetCurrentInstant();
            await node.Get<GroupBook>().WantAsync(now, cancel);
            await node.Get<PolicyBook>().WantAsync(now, cancel);
            await node.Get<GrantBook>().WantAsync(now, cancel);
            foreach (var rules in RuleBookStore.Names)
                await node.RunAsync(DrainKind.EvaluateRules, rules, cancel);
        }

        var id = await node.Get<Intake>().AddFileAsync(source, file.FullName, manifest, cancel);
        await AnsiConsole.Progress().StartAsync(async progress =>
        {
            var reading = progress.AddTask($"Reading {file.Name}", maxValue: Math.Max(1, file.Length));
            await WatchAsync(
                WorkAsync(node, DrainKind.ReadSource, source, cancel), () => reading.Value = node.Get<Jobs.Progress>().PositionOf(id));
            reading.Value = reading.MaxValue;
            Ended("read");
            var deciding = progress.AddTask("Deciding").IsIndeterminate();
            await WorkAsync(node, DrainKind.DecideWorkers, source, cancel);
            deciding.IsIndeterminate(false).Value = deciding.MaxValue;
            Ended("decided");
            await Task.WhenAll(configuration.Targets.Select(async target =>
            {
                var due = (await CountAsync(node, target.Name, cancel)).Waiting;
                var delivering = progress.AddTask($"Delivering to {target.Name}", maxValue: Math.Max(1, due));
                await WatchAsync(
                    WorkAsync(node, DrainKind.Deliver, target.Name, cancel),
                    () => delivering.Value = Math.Min(due, node.Get<DeliveryTally>()[target.Name].Calls));
                delivering.Value = delivering.MaxValue;
            }));
            Ended("delivered");
        });
        Console.WriteLine(string.Join(", ", phases));
        return await ReportAsync(node, configuration, id, cancel);

        void Ended(string phase)
        {
            phases.Add(string.Create(CultureInfo.InvariantCulture, $"{phase} in {Stopwatch.GetElapsedTime(began).TotalSeconds:0.00} s"));
            began = Stopwatch.GetTimestamp();
        }
    }

    private static async Task WatchAsync(Task work, Action show)
    {
        while (await Task.WhenAny(work, Task.Delay(100)) != work)
            show();
        await work;
    }

    // Runs a drain until nothing is due any more. What falls due later than the command has patience for is left to the server.
    private static async Task WorkAsync(CommandNode node, DrainKind kind, string name, CancellationToken cancel)
    {
        var clock = node.Get<IClock>();
        var deadline = clock.GetCurrentInstant() + Patience;
        while (true)
        {
            await node.RunAsync(kind, name, cancel);
            var next = await node.Get<Database>().ReadAsync(s => NextAsync(s, kind, name, cancel), cancel);
            if (next is null || next > deadline || clock.GetCurrentInstant() > deadline)
                return;
            var wait = next.Value - clock.GetCurrentInstant();
            await Task.Delay(wait > Duration.FromMilliseconds(50) ? wait.ToTimeSpan() : TimeSpan.FromMilliseconds(50), cancel);
        }
    }

    private static async Task<Instant?> NextAsync(Session session, DrainKind kind, string name, CancellationToken cancel)
    {
        var next = kind switch
        {
            DrainKind.ReadSource => await BatchStore.NextAsync(session, name, cancel) is null ? (long?)null : 0,
            DrainKind.DecideWorkers => await WorkerStore.NextAtAsync(session, name, cancel),
            _ => await DueStore.NextAtAsync(session, name, cancel),
        };
        return next is { } at ? Microseconds.ToInstant(at) : null;
    }

    private static Task<DueCount> CountAsync(CommandNode node, string target, CancellationToken cancel) =>
        node.Get<Database>().ReadAsync(s => DueStore.CountAsync(s, target, cancel), cancel);

    private static async Task<int> ReportAsync(CommandNode node, BridgeConfiguration configuration, string id, CancellationToken cancel)
    {
        var (batch, faults, users, groups) = await node.Get<Database>().ReadAsync(
            async s => (
                (await BatchStore.FindAsync(s, id, cancel))!,
                await BatchStore.FaultsAsync(s, id, FaultsShown, cancel),
                await ResourceStore.CountAsync(s, "User", cancel),
                await ResourceStore.CountAsync(s, "Group", cancel)),
            cancel);
        Console.WriteLine($"{batch.Name}: {batch.Counts.Rows} rows, {batch.Counts.Changed} changed, {batch.Counts.Unchanged} unchanged, {batch.Counts.Faults} faults{(batch.Counts.Held > 0 ? $", {batch.Counts.Held} held for a decision" : "")}");
        if (batch.Report is { } report)
            Console.WriteLine(JsonNode.Parse(report)!.ToJsonString(Indented));
        foreach (var fault in faults)
            Console.WriteLine($"  {batch.Name}, line {fault.Row}{(fault.Column is null ? "" : $", column {fault.Column}")}: {fault.Reason}");
        if (batch.Counts.Faults > faults.Count)
            Console.WriteLine($"  and {batch.Counts.Faults - faults.Count} more");
        Console.WriteLine($"The bridge holds {users} users and {groups} groups.");
        long failed = 0;
        foreach (var target in configuration.Targets)
        {
            var counts = node.Get<DeliveryTally>()[target.Name];
            var due = await CountAsync(node, target.Name, cancel);
            failed += due.Dead;
            Console.WriteLine(counts.Calls == 0 && due.Waiting == 0
                ? $"{target.Name}: nothing to change, no call made, failed: {due.Dead}"
                : $"{target.Name}: {counts.Calls} calls, {counts.Created} created, {counts.Updated} updated, {counts.Disabled} disabled, {counts.Memberships} memberships, waiting: {due.Waiting}, failed: {due.Dead}");
        }

        if (batch.Error is not null)
            await Console.Error.WriteLineAsync(batch.Error);
        if (batch.Counts.Rows == 0 && batch.Error is null)
            await Console.Error.WriteLineAsync($"{batch.Name} has no rows. Nobody was changed; is it the right file?");
        return batch.Error is null && batch.Counts is { Rows: > 0, Faults: 0 } && failed == 0 ? 0 : 1;
    }
}
