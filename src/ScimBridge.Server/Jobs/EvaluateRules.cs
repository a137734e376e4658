using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Brings the rules in force that are wanted: tries them on everybody, holds them where they would hit many, else makes everybody due for a
/// decision, some thousand at a time. Killed at any moment, it goes on where it was. It runs for each kind of rules by itself.
/// </summary>
public sealed class EvaluateRules : IDrain
{
    private const int WorkersAtOnce = 5_000;

    // Rules wait until somebody decides, or wants others; this is only so that there is an end.
    private static readonly Duration Waits = Duration.FromDays(3_650);
    private readonly BridgeConfiguration _configuration;
    private readonly IReadOnlyDictionary<string, RuleTrial> _trials;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly ILogger<EvaluateRules> _log;

    /// <summary>Creates the drain.</summary>
    public EvaluateRules(
        BridgeConfiguration configuration,
        IEnumerable<RuleTrial> trials,
        Database database,
        IClock clock,
        IAlarm alarm,
        ILogger<EvaluateRules> log)
    {
        _configuration = configuration;
        _trials = trials.ToDictionary(t => t.Name, StringComparer.Ordinal);
        _database = database;
        _clock = clock;
        _alarm = alarm;
        _log = log;
    }

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.EvaluateRules;

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        var trial = _trials[name];
        while (await _database.ReadAsync(s => RuleBookStore.FindAsync(s, name, cancel), cancel) is { IsOpen: true } book)
        {
            try
            {
                if (book.Marked is { } marked)
                    await MarkAsync(trial, marked, lease, cancel);
                else if (book.Approved || !await HoldAsync(trial, book, lease, cancel))
                    await PutInForceAsync(trial, book.Wanted!, lease, cancel);
            }
            catch (Exception e) when (e is UniquenessException or ConcurrencyException)
            {
                // Somebody else made a group, or wrote one, between our reading and our writing: look again.
                _log.RulesAgain();
            }
        }

        return null;
    }

    private Task PutInForceAsync(RuleTrial trial, string wanted, Lease lease, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant().ToMicroseconds();
        return _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                if (await RuleBookStore.PutInForceAsync(s, trial.Name, wanted, cancel))
                {
                    await JournalStore.AppendAsync(
                        s, [new(trial.HoldKind + ".inForce", trial.Name, "system", trial.Name, trial.Describe(wanted))], now, cancel);
                }
            },
            cancel);
    }

    private async Task MarkAsync(RuleTrial trial, (string Source, long Number) after, Lease lease, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        var (last, due, told) = await _database.WriteAsync(
            async s =>
            {
                // Made here, because a write that meets another begins again.
                var changes = new Changes(now, "system", trial.Name, [.. _configuration.Targets.Select(t => t.Name)])
                {
                    TellsStreams = _configuration.Options.Signals is not null,
                };
                await lease.HoldAsync(s, cancel);
                var last = await WorkerStore.MarkAfterAsync(s, after, now.ToMicroseconds(), WorkersAtOnce, cancel);
                await RuleBookStore.MarkedAsync(s, trial.Name, last, cancel);
                if (last is null)
                {
                    await trial.EnsureAsync(s, changes, now, cancel);
                    await Commit.WriteAsync(s, changes, cancel);
                }

                return (last, changes.IsEmpty ? [] : changes.Targets, changes.Told);
            },
            cancel);
        if (last is not null)
        {
            _alarm.Wake(new DrainKey(DrainKind.DecideWorkers, last.Value.Source));
            return;
        }

        foreach (var source in _configuration.Sources)
            _alarm.Wake(new DrainKey(DrainKind.DecideWorkers, source.Name));
        foreach (var target in due)
            _alarm.Wake(new DrainKey(DrainKind.Deliver, target));
        foreach (var stream in told)
            _alarm.Wake(new DrainKey(DrainKind.Transmit, stream));
    }

    private async Task<bool> HoldAsync(RuleTrial trial, RuleBookRow book, Lease lease, CancellationToken cancel)
    {
        if (!trial.Safety.Enabled)
            return false;
        var findings = await TryAsync(trial.Begin(book), lease, cancel);
        if (findings.People == 0)
            return false;
        var population = await _database.ReadAsync(PopulationAsync, cancel);
        var limit = trial.Safety.LimitOf(population);
        if (findings.People <= limit)
            return false;
        var now = _clock.GetCurrentInstant();
        var hold = new Hold(
            ResourceId.New(now), "", "", trial.HoldKind, Reasons(findings, limit, population).ToJsonString(), "open", findings.Count,
            now.ToMicroseconds(), (now + Waits).ToMicroseconds(), DecidedBy: null);
        var isHeld = await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                if (!await RuleBookStore.HeldAsync(s, trial.Name, book.Wanted!, hold.Id, cancel))
                    return false;
                await HoldStore.OpenAsync(s, hold, [], cancel);
                await findings.PreviewAsync(s, hold.Id, cancel);
                await JournalStore.AppendAsync(
                    s, [new("hold.opened", hold.Id, "system", trial.Name, hold.Reasons)], now.ToMicroseconds(), cancel);
                return true;
            },
            cancel);
        if (isHeld)
            _log.RulesHeld(trial.Name, findings.People, limit);
        // Where something else is wanted by now, that is tried.
        return true;

        async Task<long> PopulationAsync(Session s)
        {
            long all = 0;
            foreach (var source in _configuration.Sources)
                all += await WorkerStore.CountWithAccessAsync(s, source.Name, null, null, cancel);
            return all;
        }
    }

    private async Task<RuleFindings> TryAsync(RuleFindings findings, Lease lease, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        foreach (var source in _configuration.Sources.Select(s => s.Name))
        {
            for (var after = -1L; ;)
            {
                var workers = await _database.ReadAsync(s => WorkerStore.AfterAsync(s, source, after, WorkersAtOnce, cancel), cancel);
                if (workers.Count == 0)
                    break;
                after = workers.Max(w => w.Number);
                await _database.ReadAsync(
                    async s =>
                    {
                        await findings.AddAsync(s, source, workers, now, cancel);
                        return true;
                    },
                    cancel);
                // Nothing is written while this goes on, and a node that has lost its lease need not go on.
                await lease.BeatAsync(cancel);
            }
        }

        return findings;
    }

    private static JsonArray Reasons(RuleFindings findings, long limit, long population) =>
    [
        new JsonObject { ["effect"] = findings.Effect, ["count"] = findings.People, ["limit"] = limit, ["population"] = population },
        .. findings.Figures,
    ];
}
