using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Sees at a target that leavers have nothing left there, until it is proven, and looks again for weeks. What a target says is no proof;
/// what it shows is. Killed at any moment, it goes on where it was: each step is a row, and its calls may be repeated.
/// </summary>
public sealed class Enforce : IDrain
{
    private const string Actor = "system:enforce";
    private readonly BridgeConfiguration _configuration;
    private readonly TargetConnections _connections;
    private readonly UserFilter _filter;
    private readonly RevocationClock _times;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly ILogger<Enforce> _log;

    /// <summary>Creates the drain.</summary>
    public Enforce(
        BridgeConfiguration configuration,
        TargetConnections connections,
        UserFilter filter,
        RevocationClock times,
        Database database,
        IClock clock,
        IAlarm alarm,
        ILogger<Enforce> log)
    {
        _configuration = configuration;
        _connections = connections;
        _filter = filter;
        _times = times;
        _database = database;
        _clock = clock;
        _alarm = alarm;
        _log = log;
    }

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.Enforce;

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        var configured = _configuration.Targets.FirstOrDefault(t => t.Name == name);
        var inFlight = configured is null ? 1 : _connections[name].Capabilities.InFlight;
        var state = await _database.ReadAsync(s => TargetStore.FindAsync(s, name, cancel), cancel);
        var isObserved = configured?.Settings.ModeWhere(state.EnforcedAt is not null) == TargetMode.Observe;
        while (true)
        {
            var now = _clock.GetCurrentInstant();
            var work = await _database.ReadAsync(s => LoadAsync(s, name, configured, now, 8 * inFlight, cancel), cancel);
            if (work.Count == 0)
                break;
            var found = new ConcurrentBag<(EnforcementWork Work, StepFinding Finding)>();
            await Parallel.ForEachAsync(
                work, new ParallelOptions { MaxDegreeOfParallelism = inFlight, CancellationToken = cancel },
                async (w, stop) => found.Add((w, await LookAsync(configured, isObserved, w, stop))));
            await SettleAsync(name, configured, [.. found], lease, cancel);
        }

        var next = await _database.ReadAsync(s => RevocationStore.NextAtAsync(s, name, cancel), cancel);
        return next is { } at ? Microseconds.ToInstant(at) : null;
    }

    private async Task<StepFinding> LookAsync(ConfiguredTarget? configured, bool isObserved, EnforcementWork work, CancellationToken cancel) => configured is null
        ? new StepFinding.Silent("The target is no longer configured.")
        : await new EnforcementCaller(
            _connections[configured.Name], configured.Settings, isObserved, _configuration.Options.Revocation.TakeAllMemberships).LookAsync(work, cancel);

    private async Task<List<EnforcementWork>> LoadAsync(
        Session session, string name, ConfiguredTarget? configured, Instant now, int limit, CancellationToken cancel)
    {
        var steps = await RevocationStore.DueAsync(session, name, now.ToMicroseconds(), limit, cancel);
        if (steps.Count == 0)
            return [];
        var ids = steps.Select(s => s.ResourceId).Distinct(StringComparer.Ordinal).ToList();
        var links = await LinkStore.FindAsync(session, name, ids, cancel);
        var open = await DueStore.OpenAsync(session, name, ids, cancel);
        var shut = await RevocationStore.ShutAsync(session, name, [.. steps.Select(s => s.RevocationId).Distinct(StringComparer.Ordinal)], cancel);
        var shielded = configured is null
            ? []
            : await new DeliveryDoor(name, configured.Settings, _filter).ProtectedAsync(session, [.. ids.Select(id => (id, links.GetValueOrDefault(id)))], cancel);
        return steps.ConvertAll(s => new EnforcementWork(
            s, links.GetValueOrDefault(s.ResourceId), open.GetValueOrDefault(s.ResourceId), shut.Contains(s.RevocationId), shielded.Contains(s.ResourceId)));
    }

    private async Task SettleAsync(
        string name, ConfiguredTarget? configured, List<(EnforcementWork Work, StepFinding Finding)> found, Lease lease, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        var at = now.ToMicroseconds();
        var owner = configured?.Settings.Owner ?? $"administrators of {name}";
        // Those of one case in the order in which they were asked for, so that what was seen has an order.
        var settlements = found.OrderBy(f => f.Work.Step.RevocationId, StringComparer.Ordinal).ThenBy(f => f.Work.Step.Kind)
            .Select(f => new StepSettlement(
                f.Work.Step, StepJudgement.Of(f.Work.Step.Progress, f.Finding, _configuration.Revocation, now, Random.Shared.NextDouble()),
                f.Work.RemoteId, owner))
            .ToList();
        var usable = settlements.Where(s => s is { Step.Kind: AccessKind.Account, Change.Seen.Verdict: Verdict.Left }).ToList();
        var shut = settlements.Where(s => s is { Step.Kind: AccessKind.Account, Change.Progress.State: StepState.Verified or StepState.Unverifiable })
            .Select(s => s.Step.ResourceId).ToList();
        var (ended, streams) = await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                var (reopened, closed) = await RevocationStore.SettleAsync(s, settlements, Actor, at, cancel);
                // What waited for the account can be looked at now.
                await RevocationStore.WakeAsync(s, name, shut, at, cancel);
                await AskForDeliveryAsync(s, name, usable, at, cancel);
                var closedCases = await RevocationStore.FindAsync(s, closed, cancel);
                await JournalStore.AppendAsync(s, Entries(name, settlements, Actor).Concat(closedCases.Select(c => Closed(c, Actor))), at, cancel);
                var told = RevocationEvents.Of(_configuration, closedCases, RevocationNotice.Verified, now)
                    .Concat(RevocationEvents.Of(_configuration, await RevocationStore.FindAsync(s, reopened, cancel), RevocationNotice.Reopened, now));
                await NotificationStore.AppendAsync(s, told, at, cancel);
                var signals = _configuration.Options.Signals is null ? [] : EndedCredentials.Of(settlements, now);
                return (closedCases, await SignalStore.AppendAsync(s, signals, cancel));
            },
            cancel);
        foreach (var settlement in settlements)
            Tell(name, settlement, now);
        foreach (var revocation in ended)
            _times.Closed(revocation, now);
        foreach (var stream in streams)
            _alarm.Wake(new DrainKey(DrainKind.Transmit, stream));
        if (usable.Count > 0)
            _alarm.Wake(new DrainKey(DrainKind.Deliver, name));
    }

    // What the bridge has of the account is not so: it is disabled once more, in the order in which its calls go.
    private static async Task AskForDeliveryAsync(Session session, string name, List<StepSettlement> usable, long now, CancellationToken cancel)
    {
        if (usable.Count == 0)
            return;
        await LinkStore.SeenUsableAsync(session, name, usable.ConvertAll(u => u.Step.ResourceId), now, cancel);
        foreach (var correlation in usable.GroupBy(u => u.Step.Correlation, StringComparer.Ordinal))
        {
            await DueStore.MarkAsync(
                session, correlation.Select(u => new DueMark(name, u.Step.ResourceId, "", Lane.Revoke)), now, correlation.Key, cancel);
        }
    }

    // The head of the case's proofs, so that the one chain holds the other.
    private static JournalEntry Closed(Revocation revocation, string actor) => new(
        "revocation.closed", revocation.ResourceId, actor, revocation.Correlation,
        new JsonObject { ["revocation"] = revocation.Id, ["head"] = revocation.Head }.ToJsonString());

    /// <summary>What the journal keeps of steps that have come further, or fallen back.</summary>
    internal static IEnumerable<JournalEntry> Entries(string target, IEnumerable<StepSettlement> settlements, string actor) => settlements
        .Where(s => s.Change.Progress.State != s.Step.Progress.State || s.Change.IsReopened).Select(s => Entry(target, s, actor));

    private static JournalEntry Entry(string target, StepSettlement settlement, string actor)
    {
        var change = settlement.Change;
        var data = new JsonObject
        {
            ["revocation"] = settlement.Step.RevocationId,
            ["target"] = target,
            ["access"] = Words.Of(settlement.Step.Kind),
            ["state"] = Words.Of(change.Progress.State),
        };
        if (change.Reason is { } reason)
            data["reason"] = reason;
        return new JournalEntry(
            change.IsReopened ? "revocation.reopened" : "revocation." + Words.Of(change.Progress.State), settlement.Step.ResourceId, actor,
            settlement.Step.Correlation, data.ToJsonString());
    }

    private void Tell(string name, StepSettlement settlement, Instant now)
    {
        var (step, change) = (settlement.Step, settlement.Change);
        if (change.IsReopened)
            _log.AccessReopened(name, step.ResourceId, Words.Of(step.Kind));
        else if (change.IsNotEnforced)
            _log.NotEnforced(name, step.ResourceId, Words.Of(step.Kind), change.Progress.Attempts);
        if (change.Progress.State == StepState.Verified && step.Progress.State != StepState.Verified)
            _times.Verified(step, now);
    }
}
