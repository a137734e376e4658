using Hangfire;
using NodaTime;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Looks for work that no alarm speaks of any more: after a start, and every few seconds.</summary>
public sealed class Sweep
{
    private readonly BridgeConfiguration _configuration;
    private readonly Database _database;
    private readonly IAlarm _alarm;
    private readonly IClock _clock;
    private readonly HoldDecisions _holds;
    private readonly SourceHealth _health;
    private readonly StreamStatus _streams;
    private readonly Overdue _overdue;
    private readonly TargetConnections _connections;
    private readonly Anchors _anchors;
    private readonly ReconciliationSchedule _reconciliations;
    private readonly BridgeCredentials _credentials;

    /// <summary>Creates the sweep.</summary>
    public Sweep(
        BridgeConfiguration configuration,
        Database database,
        IAlarm alarm,
        IClock clock,
        HoldDecisions holds,
        SourceHealth health,
        StreamStatus streams,
        Overdue overdue,
        Anchors anchors,
        TargetConnections connections,
        ReconciliationSchedule reconciliations,
        BridgeCredentials credentials)
    {
        _credentials = credentials;
        _anchors = anchors;
        _connections = connections;
        _reconciliations = reconciliations;
        _overdue = overdue;
        _configuration = configuration;
        _database = database;
        _alarm = alarm;
        _clock = clock;
        _holds = holds;
        _health = health;
        _streams = streams;
    }

    /// <summary>Wakes each drain that has something to do, and sets the alarm of those that will have.</summary>
    [AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task RunAsync(CancellationToken cancel)
    {
        foreach (var configured in _configuration.Sources)
        {
            var source = configured.Name;
            await _holds.ExpireAsync(source, cancel);
            await _health.LookAsync(configured, cancel);
            if (configured.Kind.Pull is not null)
            {
                var state = await _database.ReadAsync(s => SourceStore.FindAsync(s, source, cancel), cancel);
                Set(new DrainKey(DrainKind.PullSource, source), state.PullAt ?? 0);
            }

            if (await _database.ReadAsync(s => BatchStore.NextAsync(s, source, cancel), cancel) is not null)
                _alarm.Wake(new DrainKey(DrainKind.ReadSource, source));
            Set(new DrainKey(DrainKind.DecideWorkers, source), await _database.ReadAsync(s => WorkerStore.NextAtAsync(s, source, cancel), cancel));
        }

        foreach (var rules in RuleBookStore.Names)
        {
            if (await _database.ReadAsync(s => RuleBookStore.FindAsync(s, rules, cancel), cancel) is { IsOpen: true })
                _alarm.Wake(new DrainKey(DrainKind.EvaluateRules, rules));
        }

        Set(new DrainKey(DrainKind.EndMemberships, EndMemberships.Name), await _database.ReadAsync(s => MembershipStore.NextEndAsync(s, cancel), cancel));
        foreach (var target in _configuration.Targets.Select(t => t.Name))
        {
            Set(new DrainKey(DrainKind.Deliver, target), await _database.ReadAsync(s => DueStore.NextAtAsync(s, target, cancel), cancel));
            if (_configuration.Sponsorship is not null && Discover.IsOn(_configuration, _connections[target]))
                Set(new DrainKey(DrainKind.Discover, target), (await _database.ReadAsync(s => DiscoveryStore.FindAsync(s, target, cancel), cancel)).NextAt);
            if (_configuration.Sponsorship is not null)
                Set(new DrainKey(DrainKind.Rotate, target), await _database.ReadAsync(s => ServiceAccountTaskStore.NextAtAsync(s, target, cancel), cancel));
            Set(new DrainKey(DrainKind.Enforce, target), await _database.ReadAsync(s => RevocationStore.NextAtAsync(s, target, cancel), cancel));
            Set(new DrainKey(DrainKind.Reconcile, target), await _database.ReadAsync(s => _reconciliations.NextAtAsync(s, target, cancel), cancel));
        }

        // Of a target that is configured no longer somebody has to answer for what leavers have there.
        foreach (var target in await _database.ReadAsync(s => RevocationStore.TargetsAsync(s, cancel), cancel))
        {
            if (_configuration.Targets.All(t => t.Name != target))
                _alarm.Wake(new DrainKey(DrainKind.Enforce, target));
        }

        await _credentials.LookAsync(cancel);
        if (_configuration.Sponsorship is not null)
            Set(new DrainKey(DrainKind.Cascade, CascadeDue.Name), await _database.ReadAsync(s => ServiceAccountStore.NextAtAsync(s, cancel), cancel));
        await _overdue.TellAsync(cancel);
        foreach (var receiver in _configuration.Options.Notifications.Keys)
            Set(new DrainKey(DrainKind.Notify, receiver), await _database.ReadAsync(s => NotificationStore.NextAtAsync(s, receiver, cancel), cancel));
        if (await _database.ReadAsync(s => JournalSealStore.IsBehindAsync(s, cancel), cancel))
            _alarm.Wake(new DrainKey(DrainKind.Seal, Seal.Name));
        else
            Set(new DrainKey(DrainKind.Seal, Seal.Name), (await _database.ReadAsync(s => _anchors.DueAsync(s, cancel), cancel))?.ToMicroseconds());
        await _streams.DisableIdleAsync(cancel);
        foreach (var (stream, at) in _configuration.Options.Signals is null ? [] : await _database.ReadAsync(s => SignalStreamStore.DueAsync(s, cancel), cancel))
            Set(new DrainKey(DrainKind.Transmit, stream), at ?? 0);
    }

    private void Set(DrainKey drain, long? next)
    {
        if (next is not { } at)
            return;
        if (at <= _clock.GetCurrentInstant().ToMicroseconds())
            _alarm.Wake(drain);
        else
            _alarm.WakeAt(drain, Microseconds.ToInstant(at));
    }
}
