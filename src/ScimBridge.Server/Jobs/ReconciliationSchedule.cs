using NodaTime;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>When which target is compared without anybody asking.</summary>
public sealed class ReconciliationSchedule
{
    /// <summary>Who asks for it then.</summary>
    public const string Actor = "system:schedule";

    // What was never compared is, soon after a start, but not in the middle of it.
    private static readonly Duration AfterStart = Duration.FromMinutes(10);

    private readonly BridgeConfiguration _configuration;
    private readonly TargetConnections _connections;
    private readonly Instant _started;

    /// <summary>Creates it; the process starts now.</summary>
    public ReconciliationSchedule(BridgeConfiguration configuration, TargetConnections connections, IClock clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _configuration = configuration;
        _connections = connections;
        _started = clock.GetCurrentInstant();
    }

    /// <summary>When a target is to be compared next, or a comparison of it goes on, in microseconds since 1970; null for never.</summary>
    public async Task<long?> NextAtAsync(Session session, string target, CancellationToken cancel)
    {
        var next = await ReconciliationStore.NextAtAsync(session, target, cancel);
        foreach (var (_, at) in await TimesAsync(session, target, cancel))
            next = next is { } before ? Math.Min(before, at.ToMicroseconds()) : at.ToMicroseconds();
        return next;
    }

    /// <summary>Adds those comparisons of a target that are due by schedule.</summary>
    public async Task AddDueAsync(Session session, string target, Instant now, CancellationToken cancel)
    {
        var mode = Settings(target).Mode == ReconcileMode.Enforce ? Reconciliation.Enforce : Reconciliation.Report;
        foreach (var (scope, at) in await TimesAsync(session, target, cancel))
        {
            if (at <= now)
                await AddAsync(session, target, scope, subject: null, mode, Actor, now, cancel);
        }
    }

    /// <summary>Adds a comparison; answers with it.</summary>
    public static async Task<Reconciliation> AddAsync(
        Session session, string target, string scope, string? subject, string mode, string by, Instant now, CancellationToken cancel)
    {
        var marked = scope == Reconciliation.OfChanges ? await MarkedAsync(session, target, cancel) : null;
        var reconciliation = new Reconciliation(ResourceId.New(now), target, scope, mode, by, now.ToMicroseconds())
        {
            Subject = subject, Phase = ReconciliationPhase.FirstOf(scope), UserMark = marked?.UserMark, GroupMark = marked?.GroupMark, NextAt = now.ToMicroseconds(),
        };
        await ReconciliationStore.AddAsync(session, reconciliation, cancel);
        return reconciliation;
    }

    /// <summary>The comparison of a target from whose marks the next one of what has changed goes on; null where there is none.</summary>
    public static async Task<Reconciliation?> MarkedAsync(Session session, string target, CancellationToken cancel)
    {
        var delta = await ReconciliationStore.NewestDoneAsync(session, target, Reconciliation.OfChanges, cancel);
        var full = await ReconciliationStore.NewestDoneAsync(session, target, Reconciliation.OfAll, cancel);
        return new[] { delta, full }.Where(r => r is { UserMark: not null, GroupMark: not null }).MaxBy(r => r!.Id, StringComparer.Ordinal);
    }

    /// <summary>The keys of the rules whose groups are a privilege.</summary>
    public IReadOnlySet<string> PrivilegedRules() =>
        (_configuration.Options.Groups ?? []).Where(g => g.Value.Privileged).Select(g => g.Key).ToHashSet(StringComparer.Ordinal);

    private ReconcileOptions Settings(string target) => _configuration.Targets.First(t => t.Name == target).Settings.Reconcile;

    private async Task<List<(string Scope, Instant At)>> TimesAsync(Session session, string target, CancellationToken cancel)
    {
        var times = new List<(string, Instant)>();
        var (settings, capabilities) = (Settings(target), _connections[target].Capabilities);
        if (capabilities.Lists == Listing.None)
            return times;
        await AddAsync(Reconciliation.OfAll, Duration.FromHours(settings.EveryHours));
        if (PrivilegedRules().Count > 0)
            await AddAsync(Reconciliation.OfPrivileged, Duration.FromMinutes(settings.PrivilegedMinutes));
        // What has changed is asked for from a mark on, which comes with a comparison of everything.
        if (capabilities.Lists == Listing.Delta && settings.DeltaMinutes > 0 && await MarkedAsync(session, target, cancel) is not null)
            await AddAsync(Reconciliation.OfChanges, Duration.FromMinutes(settings.DeltaMinutes));
        return times;

        async Task AddAsync(string scope, Duration every)
        {
            if (every <= Duration.Zero)
                return;
            var newest = await ReconciliationStore.NewestAsync(session, target, scope, cancel);
            if (newest is { IsOpen: true })
                return;
            times.Add((scope, newest is null ? _started + Duration.Min(every, AfterStart) : Microseconds.ToInstant(newest.CreatedAt) + every));
        }
    }
}
