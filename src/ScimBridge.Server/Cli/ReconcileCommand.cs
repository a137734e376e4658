using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Server.Api;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;
using Spectre.Console;

namespace ScimBridge.Server.Cli;

/// <summary>
/// <c>reconcile</c>: compares targets with what they should have, and says what differs. Exit code 0 where nothing does, 2 where something does.
/// </summary>
internal static class ReconcileCommand
{
    private const int SomethingDiffers = 2;
    private const int DifferencesAtOnce = 2_000;

    // How long the command waits for a target that asks it to, or for another node that does the work, before it looks again.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create(Option<string> config)
    {
        var target = new Option<string>("--target") { Description = "The target; all without it." };
        var worker = new Option<string>("--worker") { Description = "The id of one user, to compare nobody else." };
        var enforce = new Option<bool>("--enforce") { Description = "Sets right what is found; without it nothing is changed." };
        var shown = new Option<int>("--differences") { Description = "How many differences to show.", DefaultValueFactory = _ => 20 };
        var json = new Option<bool>("--json") { Description = "Write the figures as JSON." };
        var command = new Command("reconcile", "Compares targets with what they should have: 0 where nothing differs, 2 where something does.")
        {
            target, worker, enforce, shown, json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var configuration = CommandLine.Load(parsed, config);
            if (parsed.GetValue(target) is { } name && configuration.Targets.All(t => t.Name != name))
                throw new CommandException($"There is no target '{name}' in the configuration.");
            await using var node = await CommandNode.StartAsync(configuration, cancel);
            var targets = configuration.Targets.Select(t => t.Name)
                .Where(t => parsed.GetValue(target) is not { } only || t == only)
                .Where(t => node.Get<TargetConnections>()[t].Capabilities.Lists != Listing.None).ToList();
            if (targets.Count == 0)
                throw new CommandException("No target shows what it has.");
            var mode = parsed.GetValue(enforce) ? Reconciliation.Enforce : Reconciliation.Report;
            var asked = await AddAsync(node, targets, parsed.GetValue(worker), mode, cancel);
            var over = await FollowAsync(node, asked, parsed.GetValue(json), cancel);
            foreach (var one in over)
            {
                if (parsed.GetValue(json))
                    Console.WriteLine(ReconciliationsApi.Describe(one).ToJsonString(Indented));
                else
                    await ShowAsync(node.Get<Database>(), one, parsed.GetValue(shown), cancel);
            }

            return over.Any(r => r.State == "failed") ? 1 : over.Any(r => r.Differences > 0) ? SomethingDiffers : 0;
        });
        return command;
    }

    private static Task<List<Reconciliation>> AddAsync(CommandNode node, List<string> targets, string? worker, string mode, CancellationToken cancel)
    {
        var now = node.Get<IClock>().GetCurrentInstant();
        return node.Get<Database>().WriteAsync(
            async s =>
            {
                if (worker is not null && (!ResourceIds.IsOne(worker) || !(await ResourceStore.FindAsync(s, [worker], cancel)).ContainsKey(worker)))
                    throw new CommandException("There is no such user.");
                var added = new List<Reconciliation>();
                foreach (var target in targets)
                {
                    added.Add(await ReconciliationSchedule.AddAsync(
                        s, target, worker is null ? Reconciliation.OfAll : Reconciliation.OfWorker, worker, mode, "command line", now, cancel));
                }

                return added;
            },
            cancel);
    }

    private static async Task<List<Reconciliation>> FollowAsync(CommandNode node, List<Reconciliation> asked, bool quietly, CancellationToken cancel)
    {
        var over = new List<Reconciliation>();
        if (quietly)
        {
            foreach (var one in asked)
                over.Add(await WaitAsync(node, one, _ => { }, cancel));
        }
        else
        {
            await AnsiConsole.Progress().StartAsync(async progress =>
            {
                foreach (var one in asked)
                {
                    var task = progress.AddTask($"{one.Target}: waiting").IsIndeterminate();
                    over.Add(await WaitAsync(node, one, now => task.Description = Told(now), cancel));
                    task.StopTask();
                }
            });
        }

        // What was made due is delivered.
        foreach (var target in over.Where(r => r.Mode == Reconciliation.Enforce).Select(r => r.Target))
        {
            await node.RunAsync(DrainKind.Deliver, target, cancel);
            await node.RunAsync(DrainKind.Enforce, target, cancel);
        }

        return over;
    }

    private static async Task<Reconciliation> WaitAsync(CommandNode node, Reconciliation asked, Action<Reconciliation> tell, CancellationToken cancel)
    {
        while (true)
        {
            Reconciliation now;
            var work = node.RunAsync(DrainKind.Reconcile, asked.Target, cancel);
            do
            {
                await Task.WhenAny(work, Task.Delay(Look, cancel));
                now = (await node.Get<Database>().ReadAsync(s => ReconciliationStore.FindAsync(s, asked.Id, cancel), cancel))!;
                tell(now);
            }
            while (!work.IsCompleted);
            await work;
            if (!now.IsOpen)
                return now;
            await Task.Delay(Look, cancel);
        }
    }

    private static string Told(Reconciliation now)
    {
        var counts = ReconciliationCounts.Parse(now.Counts);
        return string.Create(
            CultureInfo.InvariantCulture, $"{now.Target}: {now.Phase}, {counts.Users} users, {counts.Groups} groups, {now.Differences} differences");
    }

    private static async Task ShowAsync(Database database, Reconciliation r, int count, CancellationToken cancel)
    {
        var counts = ReconciliationCounts.Parse(r.Counts);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{r.Target}: {r.State}. {counts.Users} users, {counts.Groups} groups and {counts.Memberships} memberships compared, {r.Differences} differences, {counts.Enforced} set right."));
        if (r.Reason is not null)
            Console.WriteLine($"  {r.Reason}");
        foreach (var (kind, open) in counts.Open)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {kind}: {open}"));
        if (counts.Pending + counts.Shielded > 0)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  and {counts.Pending} that are due to be delivered, {counts.Shielded} at accounts that are protected"));
        for (long after = 0; count > 0;)
        {
            var some = await database.ReadAsync(s => ReconciliationStore.DifferencesAsync(s, r.Id, after, Math.Min(count, DifferencesAtOnce), cancel), cancel);
            foreach (var (_, d) in some)
            {
                Console.WriteLine(
                    $"  {Words.Of(d.Kind)} {d.ResourceId ?? d.RemoteId}{(d.GroupId is null ? "" : " in " + d.GroupId)}{(d.What.Count == 0 ? "" : ": " + string.Join(", ", d.What))} ({Words.Of(d.Standing)})");
            }

            count -= some.Count;
            if (some.Count < DifferencesAtOnce)
                return;
            after = some[^1].Number;
        }
    }
}
