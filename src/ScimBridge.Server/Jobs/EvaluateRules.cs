using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Brings the rules of groups in force that are wanted: looks at what they would take from whom, holds them where that is much, else makes
/// everybody due for a decision, some thousand at a time. Killed at any moment, it goes on where it was.
/// </summary>
public sealed class EvaluateRules : IDrain
{
    /// <summary>The name under which it runs: there is one rule book.</summary>
    public const string Name = "groups";

    /// <summary>The kind of hold that rules wait in.</summary>
    public const string HoldKind = "rules";

    private const int WorkersAtOnce = 5_000;
    private const int Previewed = 10_000;

    // Rules wait until somebody decides, or wants others; this is only so that there is an end.
    private static readonly Duration Waits = Duration.FromDays(3_650);
    private readonly BridgeConfiguration _configuration;
    private readonly RuleBook _rules;
    private readonly RuledMemberships _memberships;
    private readonly WorkerDecider _decider;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly ILogger<EvaluateRules> _log;

    /// <summary>Creates the drain.</summary>
    public EvaluateRules(
        BridgeConfiguration configuration,
        RuleBook rules,
        RuledMemberships memberships,
        WorkerDecider decider,
        Database database,
        IClock clock,
        IAlarm alarm,
        ILogger<EvaluateRules> log)
    {
        _configuration = configuration;
        _rules = rules;
        _memberships = memberships;
        _decider = decider;
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
        while (await _database.ReadAsync(s => RuleBookStore.FindAsync(s, cancel), cancel) is { IsOpen: true } book)
        {
            try
            {
                if (book.Marked is { } marked)
                    await MarkAsync(marked, lease, cancel);
                else if (book.Approved || !await HoldAsync(book.Wanted!, lease, cancel))
                    await PutInForceAsync(book.Wanted!, lease, cancel);
            }
            catch (Exception e) when (e is UniquenessException or ConcurrencyException)
            {
                // Somebody else made a group, or wrote one, between our reading and our writing: look again.
                _log.RulesAgain();
            }
        }

        return null;
    }

    private Task PutInForceAsync(string wanted, Lease lease, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant().ToMicroseconds();
        return _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                if (await RuleBookStore.PutInForceAsync(s, wanted, cancel))
                    await JournalStore.AppendAsync(s, [new("rules.inForce", Name, "system", Name, KeysOf(wanted))], now, cancel);
            },
            cancel);
    }

    // Names and no expressions: these may speak of somebody.
    private string KeysOf(string wanted) =>
        new JsonObject { ["rules"] = new JsonArray([.. _rules.Read(wanted).Rules.Select(r => (JsonNode)r.Key)]) }.ToJsonString();

    private async Task MarkAsync((string Source, long Number) after, Lease lease, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        var (last, due, told) = await _database.WriteAsync(
            async s =>
            {
                // Made here, because a write that meets another begins again.
                var changes = new Changes(now, "system", Name, [.. _configuration.Targets.Select(t => t.Name)])
                {
                    TellsStreams = _configuration.Options.Signals is not null,
                };
                await lease.HoldAsync(s, cancel);
                var last = await WorkerStore.MarkAfterAsync(s, after, now.ToMicroseconds(), WorkersAtOnce, cancel);
                await RuleBookStore.MarkedAsync(s, last, cancel);
                if (last is null)
                {
                    await _memberships.EnsureAsync(s, changes, await _rules.InForceAsync(s, cancel), now, cancel);
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

    private async Task<bool> HoldAsync(string wanted, Lease lease, CancellationToken cancel)
    {
        if (!_configuration.Options.GroupSafety.Enabled)
            return false;
        var loss = await LossAsync(_rules.Read(wanted), lease, cancel);
        if (loss.People == 0)
            return false;
        var population = await _database.ReadAsync(PopulationAsync, cancel);
        var limit = _configuration.Options.GroupSafety.LimitOf(population);
        if (loss.People <= limit)
            return false;
        var now = _clock.GetCurrentInstant();
        var hold = new Hold(
            ResourceId.New(now), "", "", HoldKind, Reasons(loss, limit, population).ToJsonString(), "open", loss.ByGroup.Values.Sum(),
            now.ToMicroseconds(), (now + Waits).ToMicroseconds(), DecidedBy: null);
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                if (!await RuleBookStore.HeldAsync(s, wanted, hold.Id, cancel))
                    return;
                await HoldStore.OpenAsync(s, hold, [], cancel);
                await RuleBookStore.PreviewAsync(s, hold.Id, loss.Shown, cancel);
                await JournalStore.AppendAsync(s, [new("hold.opened", hold.Id, "system", Name, hold.Reasons)], now.ToMicroseconds(), cancel);
            },
            cancel);
        _log.RulesHeld(loss.People, limit);
        return true;

        async Task<long> PopulationAsync(Session s)
        {
            long all = 0;
            foreach (var source in _configuration.Sources)
                all += await WorkerStore.CountWithAccessAsync(s, source.Name, null, null, cancel);
            return all;
        }
    }

    private async Task<Loss> LossAsync(GroupRules wanted, Lease lease, CancellationToken cancel)
    {
        var loss = new Loss();
        var now = _clock.GetCurrentInstant();
        foreach (var source in _configuration.Sources.Select(s => s.Name))
        {
            for (var after = -1L; ;)
            {
                var workers = await _database.ReadAsync(s => WorkerStore.AfterAsync(s, source, after, WorkersAtOnce, cancel), cancel);
                if (workers.Count == 0)
                    break;
                after = workers.Max(w => w.Number);
                loss.Add(source, await _database.ReadAsync(s => _decider.LossesAsync(s, source, workers, wanted, now, cancel), cancel));
                // Nothing is written while this goes on, and a node that has lost its lease need not go on.
                await lease.BeatAsync(cancel);
            }
        }

        return loss;
    }

    private static JsonArray Reasons(Loss loss, long limit, long population) =>
    [
        new JsonObject { ["effect"] = "memberships", ["count"] = loss.People, ["limit"] = limit, ["population"] = population },
        .. loss.ByGroup.OrderByDescending(g => g.Value).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => (JsonNode)new JsonObject { ["group"] = g.Key, ["count"] = g.Value }),
    ];

    private sealed class Loss
    {
        public int People { get; private set; }

        public Dictionary<string, long> ByGroup { get; } = new(StringComparer.Ordinal);

        public List<HeldMembership> Shown { get; } = [];

        public void Add(string source, List<(DueWorker Worker, string GroupId)> some)
        {
            People += some.Select(l => l.Worker.WorkerId).Distinct(StringComparer.Ordinal).Count();
            foreach (var (worker, group) in some.OrderBy(l => l.Worker.Number).ThenBy(l => l.GroupId, StringComparer.Ordinal))
            {
                ByGroup[group] = ByGroup.GetValueOrDefault(group) + 1;
                if (Shown.Count < Previewed)
                    Shown.Add(new HeldMembership(Shown.Count + 1, source, worker.WorkerId, group));
            }
        }
    }
}
