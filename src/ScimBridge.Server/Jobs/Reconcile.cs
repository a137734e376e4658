using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Compares what a target has with what it should have, step by step. After each step the most urgent comparison goes on: one of a worker or of
/// the privileged does not wait for one of everything. Killed at any moment, it goes on where it was.
/// </summary>
public sealed class Reconcile : IDrain
{
    // A target that fails so often in a row is one that somebody has to look at.
    private const int MostAttempts = 30;

    // Small comparisons come by the hundred a day, and are of interest for a while; those that somebody asked for, and of everything, for longer.
    private static readonly Duration KeptSmall = Duration.FromDays(3);
    private static readonly Duration KeptLarge = Duration.FromDays(90);

    private readonly BridgeConfiguration _configuration;
    private readonly TargetConnections _connections;
    private readonly ReconciliationSchedule _schedule;
    private readonly UserFilter _filter;
    private readonly SchemaCatalog _catalog;
    private readonly PolicyBook _policies;
    private readonly AccountBook _accounts;
    private readonly IDateTimeZoneProvider _zones;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;
    private readonly ILogger<Reconcile> _log;

    /// <summary>Creates the drain.</summary>
    public Reconcile(
        BridgeConfiguration configuration,
        TargetConnections connections,
        ReconciliationSchedule schedule,
        UserFilter filter,
        SchemaCatalog catalog,
        PolicyBook policies,
        AccountBook accounts,
        IDateTimeZoneProvider zones,
        Database database,
        IClock clock,
        IAlarm alarm,
        ILogger<Reconcile> log)
    {
        _configuration = configuration;
        _connections = connections;
        _schedule = schedule;
        _filter = filter;
        _catalog = catalog;
        _policies = policies;
        _accounts = accounts;
        _zones = zones;
        _database = database;
        _clock = clock;
        _alarm = alarm;
        _log = log;
    }

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.Reconcile;

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        if (_configuration.Targets.FirstOrDefault(t => t.Name == name) is not { } configured || _connections[name].Capabilities.Lists == Listing.None)
            return null;
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                await _schedule.AddDueAsync(s, name, _clock.GetCurrentInstant(), cancel);
            },
            cancel);
        while (true)
        {
            var now = _clock.GetCurrentInstant();

            // A target that is away, or that asked everybody to wait, is not asked by this either.
            var state = await _database.ReadAsync(s => TargetStore.FindAsync(s, name, cancel), cancel);
            var closed = new[] { state.PausedUntil, state.Breaker.ProbeAt }.Where(at => at > now).Max();
            if (closed is not null)
                return closed;
            if (await _database.ReadAsync(s => ReconciliationStore.NextAsync(s, name, now.ToMicroseconds(), cancel), cancel) is not { } next)
                break;
            if (next.State == "waiting")
                next = await BeginAsync(next, lease, now, cancel);
            if (next.Phase == ReconciliationPhase.Enforce)
                await EnforceAsync(configured, IsObserved(configured, state), next, lease, cancel);
            else
                await StepAsync(configured, IsObserved(configured, state), next, lease, cancel);
        }

        var at = await _database.ReadAsync(s => _schedule.NextAtAsync(s, name, cancel), cancel);
        return at is { } due ? Microseconds.ToInstant(due) : null;
    }

    private static bool IsObserved(ConfiguredTarget configured, TargetState state) =>
        configured.Settings.ModeWhere(state.EnforcedAt is not null) == TargetMode.Observe;

    private async Task<Reconciliation> BeginAsync(Reconciliation r, Lease lease, Instant now, CancellationToken cancel)
    {
        var begun = r with { State = "running", StartedAt = now.ToMicroseconds() };
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                await ReconciliationStore.SaveAsync(s, begun, [], default, [], cancel);
                await JournalStore.AppendAsync(
                    s,
                    [new("reconciliation.started", r.Id, r.RequestedBy, r.Id, new JsonObject { ["target"] = r.Target, ["scope"] = r.Scope, ["mode"] = r.Mode }.ToJsonString())],
                    now.ToMicroseconds(),
                    cancel);
            },
            cancel);
        return begun;
    }

    private async Task StepAsync(ConfiguredTarget configured, bool isObserved, Reconciliation r, Lease lease, CancellationToken cancel)
    {
        var target = _connections[configured.Name];
        var cases = new ReconciliationCases(configured, isObserved, target, _database, _filter, _catalog);
        var reader = new ReconciliationReader(
            configured, isObserved, target, cases, _database, new DeliveryDoor(configured.Name, configured.Settings, _filter), _clock);
        var serviceAccounts = ServiceAccountComparison.IsOn(_configuration, target)
            ? new ServiceAccountComparison(configured, target.ServiceAccounts!, _configuration, _policies, _zones, _database, _clock)
            : null;
        var step = await new ReconciliationRun(configured, target, reader, serviceAccounts, _configuration, _schedule, _database, _clock).StepAsync(r, cancel);
        var now = _clock.GetCurrentInstant();
        if (step.Outcome is not Outcome.Done)
        {
            await FailAsync(step, lease, now, cancel);
            return;
        }

        var after = step.Reconciliation with
        {
            Counts = ReconciliationCounts.Parse(step.Reconciliation.Counts).With(step.Found).ToJson(),
            Differences = r.Differences + step.Found.Count,
            Attempts = 0,
            Reason = null,
            NextAt = now.ToMicroseconds(),
        };
        if (step.IsPhaseOver)
            after = after with { Phase = ReconciliationPhase.After(r.Scope, r.Phase), Place = null };
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                await ReconciliationStore.SaveAsync(s, after, step.Found, step.About, step.Seen, cancel);
                await NamesAtTargets.NoteAsync(s, r, step, now, cancel);
            },
            cancel);
        foreach (var difference in step.Found.Where(f => f is { Kind: DifferenceKind.ReEnabled, Standing: Standing.Open }))
            _log.FoundUsable(r.Target, difference.ResourceId);
    }

    private async Task FailAsync(ReconciliationStep step, Lease lease, Instant now, CancellationToken cancel)
    {
        var r = step.Reconciliation with { Attempts = step.Reconciliation.Attempts + 1 };
        var reason = step.Outcome switch
        {
            Outcome.Retry retry => retry.Reason,
            Outcome.Rejected rejected => rejected.Reason,
            Outcome.Stop stop => stop.Reason,
            _ => "The target does not know the place any more at which the listing was.",
        };

        // What has changed cannot be told any more: everything is compared instead.
        if (step.IsStale && r.Scope == Reconciliation.OfChanges)
        {
            await OverAsync(r with { State = "done", Reason = "What has changed since cannot be told any more; everything is compared instead." }, lease, now, adds: true, cancel);
            return;
        }

        if (r.Attempts > MostAttempts || (step.Outcome is not Outcome.Retry && !step.IsStale))
        {
            _log.ReconciliationFailed(r.Target, r.Id, reason);
            await OverAsync(r with { State = "failed", Reason = reason }, lease, now, adds: false, cancel);
            return;
        }

        var wait = Settlement.Wait(r.Attempts, Random.Shared.NextDouble());
        if (step.Outcome is Outcome.Retry { After: { } after } && Duration.FromTimeSpan(after) > wait)
            wait = Duration.FromTimeSpan(after);
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                await ReconciliationStore.SaveAsync(s, r with { Reason = reason, NextAt = (now + wait).ToMicroseconds() }, [], default, [], cancel);
            },
            cancel);
    }

    private async Task EnforceAsync(ConfiguredTarget configured, bool isObserved, Reconciliation r, Lease lease, CancellationToken cancel)
    {
        var now = _clock.GetCurrentInstant();
        var target = _connections[configured.Name];
        var serviceAccounts = ServiceAccountComparison.IsOn(_configuration, target) ? new ServiceAccountCorrection(configured, _configuration, target, _accounts) : null;
        var enforcement = new ReconciliationEnforcement(configured, target, serviceAccounts, _clock);
        if (r.Mode == Reconciliation.Report || isObserved)
        {
            var reason = r.Mode == Reconciliation.Report ? null : "The target is observed: nothing is written to it.";
            await OverAsync(r with { State = "done", Reason = reason }, lease, now, adds: false, cancel);
            return;
        }

        var after = r.Place is null ? 0 : long.Parse(r.Place, System.Globalization.CultureInfo.InvariantCulture);
        var some = await _database.ReadAsync(s => ReconciliationStore.DifferencesAsync(s, r.Id, after, ReconciliationEnforcement.AtOnce, cancel), cancel);
        var (wanted, limit, of) = r.IsApproved ? (0, 0, 0) : await _database.ReadAsync(s => enforcement.WeighAsync(s, r.Id, cancel), cancel);
        var isHeld = !r.IsApproved && wanted > limit;
        var meant = isHeld ? some.FindAll(d => ReconciliationEnforcement.IsUrgent(d.Difference)) : some;
        var (failure, disabled) = isHeld ? (null, []) : await enforcement.DisableAsync(meant, cancel);
        var isLast = some.Count < ReconciliationEnforcement.AtOnce;
        var counts = ReconciliationCounts.Parse(r.Counts);
        var (right, finished) = await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                var done = await enforcement.SetRightAsync(s, r, meant, cancel);
                await ReconciliationStore.StandAsync(s, r.Id, disabled.Select(d => (d.Difference.Number, Standing.Enforced, (string?)d.Because)), cancel);
                await JournalStore.AppendAsync(
                    s, disabled.Select(d => ReconciliationEnforcement.Entry(r, d.Difference.Difference)), now.ToMicroseconds(), cancel);
                counts = counts with { Enforced = counts.Enforced + done.Count + disabled.Count };
                var next = r with
                {
                    Counts = counts.ToJson(), Attempts = 0, Reason = null, NextAt = now.ToMicroseconds(),
                    Place = failure is not null ? r.Place : isLast ? null : some[^1].Number.ToString(System.Globalization.CultureInfo.InvariantCulture),
                };
                if (failure is null && isLast && isHeld)
                    next = await HoldAsync(s, next, wanted, limit, of, now, cancel);
                await ReconciliationStore.SaveAsync(s, next, [], default, [], cancel);
                return (done, next);
            },
            cancel);
        if (right.Count > 0)
        {
            _alarm.Wake(new DrainKey(DrainKind.Deliver, r.Target));
            _alarm.Wake(new DrainKey(DrainKind.Enforce, r.Target));
            serviceAccounts?.Wake(_alarm);
        }

        if (failure is not null)
            await FailAsync(ReconciliationStep.Failed(finished, failure), lease, now, cancel);
        else if (finished.State == "held")
            _log.ReconciliationHeld(r.Target, r.Id, wanted);
        else if (isLast)
            await OverAsync(finished with { State = "done" }, lease, now, adds: false, cancel);
    }

    private static async Task<Reconciliation> HoldAsync(
        Session session, Reconciliation r, long wanted, long limit, long of, Instant now, CancellationToken cancel)
    {
        var reasons = new JsonObject { ["wanted"] = wanted, ["limit"] = limit, ["of"] = of }.ToJsonString();
        await HoldStore.OpenAsync(
            session,
            new Hold(ResourceId.New(now), DoorStore.SourceOf(r.Target), r.Id, ReconciliationEnforcement.HoldKind, reasons, "open", wanted, now.ToMicroseconds(), long.MaxValue / 4, null),
            [],
            cancel);
        await JournalStore.AppendAsync(
            session, [new("reconciliation.held", r.Id, ReconciliationEnforcement.Actor, r.Id, reasons)], now.ToMicroseconds(), cancel);
        return r with { State = "held", Reason = "More than the limit would be set right: it waits for approval." };
    }

    private async Task OverAsync(Reconciliation r, Lease lease, Instant now, bool adds, CancellationToken cancel)
    {
        await _database.WriteAsync(
            async s =>
            {
                await lease.HoldAsync(s, cancel);
                await ReconciliationStore.SaveAsync(s, r with { FinishedAt = now.ToMicroseconds(), Place = null }, [], default, [], cancel);
                await ReconciliationStore.ForgetSeenAsync(s, r.Id, cancel);
                var isSmall = r.Scope is Reconciliation.OfPrivileged or Reconciliation.OfChanges;
                await ReconciliationStore.ForgetAsync(s, r.Target, r.Scope, (now - (isSmall ? KeptSmall : KeptLarge)).ToMicroseconds(), cancel);
                if (adds)
                    await ReconciliationSchedule.AddAsync(s, r.Target, Reconciliation.OfAll, subject: null, r.Mode, r.RequestedBy, now, cancel);
                var data = new JsonObject { ["target"] = r.Target, ["scope"] = r.Scope, ["state"] = r.State, ["counts"] = JsonNode.Parse(r.Counts), ["reason"] = r.Reason };
                await JournalStore.AppendAsync(
                    s, [new("reconciliation.finished", r.Id, ReconciliationEnforcement.Actor, r.Id, data.ToJsonString())], now.ToMicroseconds(), cancel);
            },
            cancel);
        _log.Reconciled(r.Target, r.Scope, r.Id, r.Differences);
    }
}
