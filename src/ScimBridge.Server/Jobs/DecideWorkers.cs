using NodaTime;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Decides the workers of a source about whom a record came in or for whom a date fell due: load, decide (pure), save in one
/// transaction, wake the deliveries.
/// </summary>
public sealed class DecideWorkers : IDrain
{
    private const int WorkersAtOnce = 5_000;
    private readonly BridgeConfiguration _configuration;
    private readonly WorkerDecider _decider;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly RevocationScope _scope;
    private readonly RevocationClock _times;
    private readonly ILogger<DecideWorkers> _log;

    /// <summary>Creates the drain.</summary>
    public DecideWorkers(
        BridgeConfiguration configuration,
        WorkerDecider decider,
        RevocationScope scope,
        RevocationClock times,
        Database database,
        IClock clock,
        IAlarm alarm,
        ILogger<DecideWorkers> log)
    {
        _scope = scope;
        _times = times;
        _configuration = configuration;
        _decider = decider;
        _database = database;
        _clock = clock;
        _alarm = alarm;
        _log = log;
    }

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.DecideWorkers;

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        var targets = _configuration.Targets.Select(t => t.Name).ToArray();
        while (true)
        {
            var now = _clock.GetCurrentInstant();
            var due = await _database.ReadAsync(
                s => WorkerStore.DueAsync(s, name, now.ToMicroseconds(), WorkersAtOnce, cancel), cancel);
            if (due.Count == 0)
                break;
            try
            {
                // Two batches that came in one after the other are decided apart, so that each change carries the correlation of its own.
                foreach (var batch in due.GroupBy(w => w.Correlation, StringComparer.Ordinal))
                    await DecideAsync(name, [.. batch], targets, now, lease, cancel);
            }
            catch (Exception e) when (e is UniquenessException or ConcurrencyException)
            {
                // Somebody else wrote between our reading and our writing: read again, decide again.
                _log.DecidingAgain(name);
            }
        }

        var next = await _database.ReadAsync(s => WorkerStore.NextAtAsync(s, name, cancel), cancel);
        return next is { } at ? Microseconds.ToInstant(at) : null;
    }

    private async Task DecideAsync(
        string source, List<DueWorker> workers, string[] targets, Instant now, Lease lease, CancellationToken cancel)
    {
        var decision = await _database.ReadAsync(s => _decider.DecideAsync(s, source, workers, targets, now, cancel), cancel);
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                await WriteAsync(s, source, decision, _scope.Kinds, now, cancel);
            },
            cancel);
        foreach (var revocation in decision.Departed)
            _times.Decided(revocation);
        _log.Decided(workers.Count, source, decision.Changes.Resources.Count, decision.Changes.Memberships.Count);
        foreach (var (worker, why) in decision.Failed.Where(f => f.Why is not MappingException))
            _log.WorkerFailed(why, worker, source);
        foreach (var receiver in decision.Told.Select(n => n.Name).Distinct(StringComparer.Ordinal))
            _alarm.Wake(new DrainKey(DrainKind.Notify, receiver));
        if (decision.Accounts is { } accounts)
            Wake(accounts);
        foreach (var worker in decision.Unmapped)
            _log.WorkerUnmapped(worker.WorkerId, source, worker.Field!, worker.Reason);
        if (decision.Changes.IsEmpty)
            return;
        foreach (var target in targets)
            _alarm.Wake(new DrainKey(DrainKind.Deliver, target));
        // Delivery wakes it too; but where an account is disabled already there is nothing to deliver.
        foreach (var target in decision.Departed.Count == 0 ? [] : targets)
            _alarm.Wake(new DrainKey(DrainKind.Enforce, target));
        foreach (var stream in decision.Changes.Told)
            _alarm.Wake(new DrainKey(DrainKind.Transmit, stream));
    }

    private void Wake(AccountChanges accounts)
    {
        foreach (var receiver in accounts.Receivers)
            _alarm.Wake(new DrainKey(DrainKind.Notify, receiver));
        if (accounts.NextAt is { } next)
            _alarm.WakeAt(new DrainKey(DrainKind.Cascade, CascadeDue.Name), next);
    }

    /// <summary>Writes what was decided: all of it in the caller's transaction.</summary>
    /// <param name="session">The transaction.</param>
    /// <param name="source">The source of the workers.</param>
    /// <param name="decision">What was decided.</param>
    /// <param name="kinds">What has to end at each target when access does.</param>
    /// <param name="now">The instant.</param>
    /// <param name="cancel">Ends it.</param>
    internal static async Task WriteAsync(
        Session session, string source, WorkerDecisions decision, IReadOnlyDictionary<string, IReadOnlyCollection<AccessKind>> kinds, Instant now,
        CancellationToken cancel)
    {
        // Before anything else of it: what they have is what there is before it goes.
        await RevocationStore.OpenAsync(session, decision.Departed, kinds, cancel);
        await RevocationStore.ReturnAsync(session, decision.Returned, cancel);
        await Commit.WriteAsync(session, decision.Changes, cancel);
        if (decision.Accounts is { } accounts)
            await accounts.WriteAsync(session, cancel);
        await WorkerStore.DecidedAsync(session, source, decision.Decided, now.ToMicroseconds(), cancel);
        await WorkerStore.PlaceAsync(session, source, decision.Moved, cancel);
        await EventStore.AppendAsync(session, source, decision.Events, cancel);
        await NotificationStore.AppendAsync(session, decision.Told, now.ToMicroseconds(), cancel);
        await QuarantineStore.AddUnmappedAsync(session, decision.Unmapped, cancel);
        await QuarantineStore.ReleaseMappedAsync(session, source, decision.Mapped, cancel);
        await WorkerStore.MarkAwaitingAsync(session, source, decision.Appeared, now.ToMicroseconds(), cancel);
        await WorkerStore.MarkReportsAsync(session, source, decision.Deleted, now.ToMicroseconds(), cancel);
    }
}
