using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Api;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;
using Spectre.Console;

namespace ScimBridge.Server.Cli;

/// <summary><c>plan</c>: says what would happen, and changes nothing. Exit code 0 where nothing would, 2 where something would.</summary>
internal static class PlanCommand
{
    private const int SomethingChanges = 2;
    private const int ItemsAtOnce = 5_000;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create(Option<string> config)
    {
        var with = new Option<FileInfo>("--with") { Description = "A new configuration in the place of that of --config: everybody is decided by it." };
        var at = new Option<string>("--at") { Description = "A date (noon of it in UTC) or an instant, as 2027-03-01 or 2027-03-01T06:00:00Z." };
        var batch = new Option<string[]>("--batch")
        {
            Description = "A source, and a file of it that would come in.", Arity = new ArgumentArity(2, 2), AllowMultipleArgumentsPerToken = true,
        };
        var mode = new Option<string>("--mode") { Description = "Of a batch: full or delta.", DefaultValueFactory = _ => "full" };
        var target = new Option<string>("--target") { Description = "Show only what would happen at this target." };
        var items = new Option<int>("--items") { Description = "How many items to show.", DefaultValueFactory = _ => 20 };
        var json = new Option<bool>("--json") { Description = "Write the figures as JSON." };
        var csv = new Option<bool>("--csv") { Description = "Write every item as CSV." };
        var command = new Command("plan", "Says what would happen, and changes nothing: 0 where nothing would, 2 where something would.")
        {
            with, at, batch, mode, target, items, json, csv,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var configuration = CommandLine.Load(parsed, config);
            if (parsed.GetValue(mode) is not ("full" or "delta"))
                throw new CommandException("--mode must be full or delta.");
            if (parsed.GetValue(target) is { } name && configuration.Targets.All(t => t.Name != name) && parsed.GetValue(with) is null)
                throw new CommandException($"There is no target '{name}' in the configuration.");
            PlanRequest request;
            try
            {
                request = new PlanRequest
                {
                    At = PlanInstant.Parse(parsed.GetValue(at)),
                    Configuration = parsed.GetValue(with) is { } file ? PlannedConfiguration.Load(file.FullName, Environment.GetEnvironmentVariables()) : null,
                    Batch = parsed.GetValue(batch) is { Length: 2 } named ? await FileAsync(configuration, named[0], named[1], parsed.GetValue(mode)!, cancel) : null,
                };
            }
            catch (ScimException e)
            {
                throw new CommandException("--at: " + e.Message, e);
            }

            await using var node = await CommandNode.StartAsync(configuration, cancel);
            var plan = await node.Get<WhatIf>().MakeAsync(request, "command line", cancel);
            if (parsed.GetValue(csv))
                await WriteCsvAsync(node.Get<Database>(), plan, parsed.GetValue(target), cancel);
            else if (parsed.GetValue(json))
                Console.WriteLine(PlansApi.Describe(plan).ToJsonString(Indented));
            else
                await ShowAsync(node.Get<Database>(), plan, parsed.GetValue(target), parsed.GetValue(items), cancel);
            return plan.Items == 0 ? 0 : SomethingChanges;
        });
        return command;
    }

    private static async Task<PlanFile> FileAsync(BridgeConfiguration configuration, string source, string path, string mode, CancellationToken cancel)
    {
        if (configuration.Sources.All(s => s.Name != source))
            throw new CommandException($"There is no source '{source}' in the configuration.");
        if (!File.Exists(path))
            throw new CommandException($"There is no file {path}.");
        await using var content = File.OpenRead(path);
        var checksum = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancel));
        return new PlanFile(source, Path.GetFullPath(path), Path.GetFileName(path), checksum, new Manifest(mode));
    }

    private static async Task WriteCsvAsync(Database database, StoredPlan plan, string? target, CancellationToken cancel)
    {
        await Console.Out.WriteAsync(PlanCsv.Header);
        for (long after = -1; ;)
        {
            var page = await database.ReadAsync(s => PlanStore.ItemsAsync(s, plan.Id, target, null, after, ItemsAtOnce, cancel), cancel);
            foreach (var (_, item) in page)
                await Console.Out.WriteAsync(PlanCsv.Line(item));
            if (page.Count < ItemsAtOnce)
                return;
            after = page[^1].Seq;
        }
    }

    private static async Task ShowAsync(Database database, StoredPlan plan, string? target, int count, CancellationToken cancel)
    {
        var summary = JsonNode.Parse(plan.Summary!)!.AsObject();
        if (plan.Items == 0)
        {
            Console.WriteLine("Nothing would change.");
        }
        else
        {
            Console.WriteLine($"{summary["items"]} changes about {summary["workers"]} workers:");
            var table = new Table { Border = TableBorder.Ascii };
            table.AddColumns("target", "operation", "rule", "count");
            foreach (var line in summary["counts"]!.AsArray().Where(c => target is null || (string?)c!["target"] == target))
            {
                table.AddRow(
                    Text((string?)line!["target"] ?? "(bridge)"), Text((string)line["operation"]!), Text((string)line["rule"]!),
                    ((long)line["count"]!).ToString(CultureInfo.InvariantCulture));
            }

            AnsiConsole.Write(table);
            var items = await database.ReadAsync(s => PlanStore.ItemsAsync(s, plan.Id, target, null, -1, count, cancel), cancel);
            foreach (var (_, item) in items)
                Console.WriteLine($"  {item.Subject} {item.Operation.Word()}{(item.Group is null ? "" : " " + item.Group)} at {item.Target ?? "(bridge)"} by {item.Rule}{(item.Attributes.Count == 0 ? "" : ": " + string.Join(", ", item.Attributes))}");
            if (plan.Items > items.Count)
                Console.WriteLine("  and more; --csv writes all of them");
        }

        foreach (var reason in summary["verdict"]!["reasons"]!.AsArray())
            Console.WriteLine($"More than an ordinary day brings: {reason!.ToJsonString()}");
        if (summary["batch"] is { } batch)
            Console.WriteLine($"Of {batch["rows"]} rows {batch["accepted"]} would be accepted, {batch["held"]} held; {batch["faults"]} are faulty.");
        foreach (var undecidable in summary["undecidable"]!.AsArray())
            Console.WriteLine($"  {undecidable} cannot be decided");
        foreach (var gone in summary["targetsGone"]!.AsArray())
            Console.WriteLine($"{gone} would get nothing any more.");
        Console.WriteLine($"The plan is {plan.Id}; it is kept for {WhatIf.Kept.TotalHours:0} hours.");

        static string Text(string text) => Markup.Escape(text);
    }
}
