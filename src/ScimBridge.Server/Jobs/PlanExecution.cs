using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Executes a plan exactly as it was shown, or refuses and names what has changed. The plan is made once more, while nothing is read and
/// nobody is decided, and each item is compared with what it rested on when it was shown; only then is anything written. A batch is handed in,
/// any other plan is decided here. What the targets hold is carried out by the deliveries, of the newest truth, as always.
/// </summary>
public sealed class PlanExecution
{
    private const int ItemsAtOnce = 10_000;
    private const int DifferencesShown = 100;
    private readonly BridgeConfiguration _configuration;
    private readonly WhatIf _whatIf;
    private readonly Intake _intake;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly RevocationScope _scope;
    private readonly HoldDecisions _holds;

    /// <summary>Creates it.</summary>
    public PlanExecution(
        BridgeConfiguration configuration, WhatIf whatIf, RevocationScope scope, Intake intake, HoldDecisions holds, Database database, IClock clock,
        IAlarm alarm)
    {
        _holds = holds;
        _scope = scope;
        _configuration = configuration;
        _whatIf = whatIf;
        _intake = intake;
        _database = database;
        _clock = clock;
        _alarm = alarm;
    }

    /// <summary>Executes a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="file">Of the plan of a batch: the same bytes again, as (path, checksum).</param>
    /// <param name="by">Who has it executed.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<PlanOutcome> ExecuteAsync(StoredPlan plan, (string Path, string Checksum)? file, string by, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var now = _clock.GetCurrentInstant();
        if (Hindrance(plan, file?.Checksum, now) is { } hindrance)
            return new PlanOutcome.Refused(hindrance);
        if (!await _database.WriteAsync(s => PlanStore.MoveAsync(s, plan.Id, "ready", "executing", cancel), cancel))
            return new PlanOutcome.Refused("The plan is being executed, or was.");
        PlanOutcome? outcome = null;
        try
        {
            outcome = await ExecuteAsync(plan, file?.Path, by, now, cancel);
        }
        finally
        {
            if (outcome is not PlanOutcome.Executed)
                await _database.WriteAsync(s => PlanStore.MoveAsync(s, plan.Id, "executing", "ready", CancellationToken.None), CancellationToken.None);
            foreach (var source in _configuration.Sources)
            {
                _alarm.Wake(new DrainKey(DrainKind.ReadSource, source.Name));
                _alarm.Wake(new DrainKey(DrainKind.DecideWorkers, source.Name));
            }

            foreach (var target in _configuration.Targets)
                _alarm.Wake(new DrainKey(DrainKind.Deliver, target.Name));
        }

        return outcome;
    }

    // What can be seen without looking at the data.
    private string? Hindrance(StoredPlan plan, string? checksum, Instant now)
    {
        if (plan.State != "ready")
            return $"The plan is not ready: it is {plan.State}.";
        if (plan.ExpiresAt <= now.ToMicroseconds())
            return "The plan has expired.";
        if (JsonNode.Parse(plan.Summary!)!["complete"]!.GetValue<bool>() == false)
            return string.Create(CultureInfo.InvariantCulture, $"The plan has more than {WhatIf.ItemsKept} items, and not all of them were kept.");
        if (plan.At is { } at && at > now.ToMicroseconds())
            return $"The plan is about {InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(at))}. What falls due by then happens by itself then, and not before.";
        if (plan.Configuration != _configuration.Fingerprint.All)
        {
            return plan.Kind == WhatIf.Configuration
                ? "The bridge does not run the configuration that the plan is about: deploy it first."
                : "The configuration of the bridge has changed since.";
        }

        if (plan.Source is null)
            return null;
        if (plan.Kind == WhatIf.Configuration)
            return "The plan is about a configuration and a batch together: hand in the batch when the configuration is in force.";
        if (checksum is null)
            return "The plan is about a batch: hand in the same bytes again.";
        return checksum == WhatIf.ManifestOf(plan)!.Checksum ? null : "These are not the bytes that the plan was made with.";
    }

    private async Task<PlanOutcome> ExecuteAsync(StoredPlan plan, string? path, string by, Instant now, CancellationToken cancel)
    {
        var (leases, busy) = await SourceLeases.TakeAsync(_database, _clock, _configuration.Sources.Select(s => s.Name), cancel);
        if (leases is null)
            return new PlanOutcome.Refused($"{busy} is at work. Try again when it is done.");
        await using (leases)
        {
            if (plan.Kind == WhatIf.Configuration && await NotInForceAsync(cancel) is { } rules)
                return new PlanOutcome.Refused($"What the configuration says of {rules} is not in force yet: it is being tried on everybody, or is among the holds.");
            var manifest = WhatIf.ManifestOf(plan);
            if (plan.Source is { } source && await _database.ReadAsync(s => BatchStore.NextAsync(s, source, cancel), cancel) is { } waiting)
                return new PlanOutcome.Refused($"The batch {waiting.Id} of {source} waits to be read, and would be read first.");
            var file = manifest is null ? null : new PlanFile(plan.Source!, path!, "plan " + plan.Id, manifest.Checksum!, manifest);
            var input = await _whatIf.InputAsync(plan, _configuration, file, now, now, cancel);
            var shown = await ShownAsync(plan, cancel);
            if (await CompareAsync(plan, input, shown, cancel) is { Count: > 0 } refused)
                return refused;
            if (file is not null)
                return await HandInAsync(plan, file, by, now, cancel);
            if (Rollback.Of(plan) is { } rollback)
                return await TakeBackAsync(plan, rollback, leases, by, now, cancel);
            return await DecideAsync(plan, input, shown, leases, by, now, cancel);
        }
    }

    // What was decided by rules that are not in force would be undone by the next decision.
    private async Task<string?> NotInForceAsync(CancellationToken cancel)
    {
        foreach (var name in RuleBookStore.Names)
        {
            if (await _database.ReadAsync(s => RuleBookStore.FindAsync(s, name, cancel), cancel) is { Wanted: not null })
                return name;
        }

        return null;
    }

    private async Task<Dictionary<UInt128, UInt128>> ShownAsync(StoredPlan plan, CancellationToken cancel)
    {
        var shown = new Dictionary<UInt128, UInt128>((int)plan.Items);
        await foreach (var item in ItemsAsync(plan, cancel))
            shown[Mark(PlanBasis.Of(item.Key))] = Mark(item.Basis);
        return shown;
    }

    private async IAsyncEnumerable<PlanItem> ItemsAsync(
        StoredPlan plan, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (long after = -1; ;)
        {
            var page = await _database.ReadAsync(s => PlanStore.ItemsAsync(s, plan.Id, null, null, after, ItemsAtOnce, cancel), cancel);
            foreach (var (_, item) in page)
                yield return item;
            if (page.Count < ItemsAtOnce)
                yield break;
            after = page[^1].Seq;
        }
    }

    private async Task<PlanOutcome.Refused> CompareAsync(
        StoredPlan plan, PlanInput input, Dictionary<UInt128, UInt128> shown, CancellationToken cancel)
    {
        var differences = new List<PlanDifference>();
        var count = 0;
        var seen = new HashSet<UInt128>(shown.Count);
        await foreach (var chunk in _whatIf.Run(input).RunAsync(cancel))
        {
            foreach (var item in chunk.Items)
            {
                var key = Mark(PlanBasis.Of(item.Key));
                seen.Add(key);
                if (!shown.TryGetValue(key, out var basis))
                    Differs(item, "new");
                else if (basis != Mark(item.Basis))
                    Differs(item, "changed");
            }
        }

        if (shown.Keys.Any(key => !seen.Contains(key)))
        {
            await foreach (var item in ItemsAsync(plan, cancel))
            {
                if (!seen.Contains(Mark(PlanBasis.Of(item.Key))))
                    Differs(item, "gone");
            }
        }

        return new PlanOutcome.Refused("Something has changed since the plan was shown.", count, differences, Written: 0);

        void Differs(PlanItem item, string change)
        {
            if (count++ < DifferencesShown)
                differences.Add(new PlanDifference(item.Subject, item.Target, item.Operation.Word(), item.Group, change));
        }
    }

    private async Task<PlanOutcome> HandInAsync(StoredPlan plan, PlanFile file, string by, Instant now, CancellationToken cancel)
    {
        await using var content = File.OpenRead(file.Path);
        // The same plan hands its batch in once, whatever happens to the process.
        var batch = await _intake.AddStreamAsync(file.Source, content, file.Manifest with { IdempotencyKey = "plan:" + plan.Id }, cancel);
        await _database.WriteAsync(s => FinishAsync(s, plan, by, now, cancel), cancel);
        return new PlanOutcome.Executed(0, batch);
    }

    // What the workers become by it is decided as always, from what is left on their timelines.
    private async Task<PlanOutcome> TakeBackAsync(StoredPlan plan, Rollback rollback, SourceLeases leases, string by, Instant now, CancellationToken cancel)
    {
        var workers = await _database.WriteAsync(
            async s =>
            {
                await leases.HoldAsync(s, cancel);
                var taken = await _holds.RollBackAsync(s, rollback, by, plan.Id, now, cancel);
                await FinishAsync(s, plan, by, now, cancel);
                return taken;
            },
            cancel);
        return new PlanOutcome.Executed(workers, BatchId: null);
    }

    private async Task<PlanOutcome> DecideAsync(
        StoredPlan plan, PlanInput input, Dictionary<UInt128, UInt128> shown, SourceLeases leases, string by, Instant now, CancellationToken cancel)
    {
        var written = 0;
        await foreach (var chunk in _whatIf.Run(input, plan.Id, [.. _configuration.Targets.Select(t => t.Name)]).RunAsync(cancel))
        {
            // A client may have written since the comparison. What a target holds may be otherwise by now because of what was just written.
            var other = chunk.Items.Where(i => i.Target is null
                && !(shown.TryGetValue(Mark(PlanBasis.Of(i.Key)), out var basis) && basis == Mark(i.Basis))).ToList();
            try
            {
                if (other.Count == 0)
                    await WriteAsync(chunk, shown, plan.Id, leases, now, cancel);
            }
            catch (Exception e) when (e is ConcurrencyException or UniquenessException)
            {
                other = [.. chunk.Items.Where(i => i.Target is null)];
            }

            if (other.Count > 0)
            {
                return new PlanOutcome.Refused(
                    "Somebody wrote while the plan was being executed; the rest of it was not.",
                    other.Count,
                    [.. other.Take(DifferencesShown).Select(i => new PlanDifference(i.Subject, i.Target, i.Operation.Word(), i.Group, "changed"))],
                    written);
            }

            written += chunk.Decisions?.Decided.Count ?? 0;
        }

        await _database.WriteAsync(s => FinishAsync(s, plan, by, now, cancel), cancel);
        return new PlanOutcome.Executed(written, BatchId: null);
    }

    private Task WriteAsync(
        PlanChunk chunk, Dictionary<UInt128, UInt128> shown, string planId, SourceLeases leases, Instant now, CancellationToken cancel) =>
        _database.WriteAsync(
            async s =>
            {
                await leases.HoldAsync(s, cancel);
                if (chunk.Decisions is { } decisions)
                    await DecideWorkers.WriteAsync(s, chunk.Source!, decisions, _scope.Kinds, now, cancel);
                var marks = chunk.Items.Zip(chunk.Marks).Where(m => shown.ContainsKey(Mark(PlanBasis.Of(m.First.Key)))).Select(m => m.Second);
                await DueStore.MarkAsync(s, marks, now.ToMicroseconds(), planId, cancel);
            },
            cancel);

    private static async Task FinishAsync(Session session, StoredPlan plan, string by, Instant now, CancellationToken cancel)
    {
        await PlanStore.ExecutedAsync(session, plan.Id, by, now.ToMicroseconds(), cancel);
        await JournalStore.AppendAsync(session, [new("plan.executed", plan.Id, by, plan.Id, $$"""{"items":{{plan.Items}}}""")], now.ToMicroseconds(), cancel);
    }

    private static UInt128 Mark(string basis) => UInt128.Parse(basis, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
