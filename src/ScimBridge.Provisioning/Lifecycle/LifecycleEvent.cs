using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>One thing that happened to a worker. Each accepted change gives exactly one; so does each end or leave that falls due.</summary>
/// <param name="Type">What happened.</param>
/// <param name="EffectiveAt">From when it counts.</param>
/// <param name="Changed">The canonical names of the facts that changed; never their values.</param>
public sealed record LifecycleEvent(LifecycleEventType Type, Instant EffectiveAt, IReadOnlyList<string> Changed)
{
    private static readonly string[] Placement =
    [
        "department", "departmentCode", "costCenter", "company", "division", "location", "country", "title", "jobCode", "positionId", "type",
    ];

    private static readonly string[] Names = ["givenName", "familyName", "displayName", "legalGivenName", "legalFamilyName"];

    private static readonly string[] Ends = ["terminationDate", "lastDayOfWork", "contractEndDate", "status", "revokeNow", "terminationType"];

    /// <summary>The name on the wire.</summary>
    public string Name => NameOf(Type);

    /// <summary>The name of a type on the wire: <c>worker.leaveStarted</c>.</summary>
    public static string NameOf(LifecycleEventType type)
    {
        var name = type.ToString();
        return $"worker.{char.ToLowerInvariant(name[0])}{name[1..]}";
    }

    /// <summary>What an accepted record means. The two workers are both as of <paramref name="now"/>.</summary>
    /// <param name="before">The worker without the record; null where the record is the first.</param>
    /// <param name="after">The worker with it; null where it takes back all there was.</param>
    /// <param name="now">The instant of the decision.</param>
    public static LifecycleEvent OfRecord(Worker? before, Worker? after, Instant now)
    {
        if (after is null)
            return new(LifecycleEventType.HireRescinded, now, []);
        if (before is null)
        {
            return after.Access == AccessState.Ended
                ? new(EndOf(after), after.AccessEnd ?? now, [])
                : new(LifecycleEventType.Hired, after.AccessStart ?? now, []);
        }

        var changed = WorkerFactsJson.Difference(before.Facts, after.Facts);
        return new(TypeOf(before, after, now, changed), At(before, after, now), changed);
    }

    /// <summary>
    /// What a record means that changes facts on a day to come; null where it changes none, and for what is heard of on the day itself: an
    /// end, a leave. The two workers are both as of that day.
    /// </summary>
    public static LifecycleEvent? OfPlan(Worker? before, Worker? after, Instant then)
    {
        if (before is null || after is null)
            return null;
        var changed = WorkerFactsJson.Difference(before.Facts, after.Facts);
        return changed.Count > 0 && TypeOf(before, after, then, changed)
            is var type and (LifecycleEventType.Moved or LifecycleEventType.ManagerChanged or LifecycleEventType.Renamed)
            ? new(type, then, changed)
            : null;
    }

    /// <summary>What the passing of time means for a worker about whom nothing new was said; null where nothing that others want to hear of.</summary>
    public static LifecycleEvent? OfTime(AccessState before, Worker now, Instant at)
    {
        ArgumentNullException.ThrowIfNull(now);
        LifecycleEventType? type = (before, now.Access) switch
        {
            (AccessState.None or AccessState.Ended, _) => null,
            (_, AccessState.Ended) => LifecycleEventType.TerminationEffective,
            (AccessState.Active, AccessState.Restricted or AccessState.Suspended) => LifecycleEventType.LeaveStarted,
            (AccessState.Restricted or AccessState.Suspended, AccessState.Active) => LifecycleEventType.LeaveEnded,
            _ => null,
        };
        return type is { } t ? new(t, t == LifecycleEventType.TerminationEffective ? now.AccessEnd ?? at : at, []) : null;
    }

    private static LifecycleEventType TypeOf(Worker before, Worker after, Instant now, IReadOnlyList<string> changed)
    {
        var (had, has) = (before.Access, after.Access);
        if (had == AccessState.Ended && has != AccessState.Ended)
            return IsNewStint(before, after) ? LifecycleEventType.Rehired : LifecycleEventType.TerminationCancelled;
        if (had != AccessState.Ended && has == AccessState.Ended)
            return EndOf(after);
        if (Away(had) != Away(has) && Began(had) && Began(has))
            return Away(has) ? LifecycleEventType.LeaveStarted : LifecycleEventType.LeaveEnded;
        if (TypeOfEnd(before, after, now) is { } end)
            return end;
        if (changed.Any(Placement.Contains))
            return LifecycleEventType.Moved;
        if (changed.Contains("managerId"))
            return LifecycleEventType.ManagerChanged;
        return changed.Any(Names.Contains) ? LifecycleEventType.Renamed : LifecycleEventType.Corrected;
    }

    private static LifecycleEventType? TypeOfEnd(Worker before, Worker after, Instant now)
    {
        if (after.Access == AccessState.Ended || before.AccessEnd == after.AccessEnd)
            return null;
        return (before.AccessEnd, after.AccessEnd) switch
        {
            (_, null) => LifecycleEventType.TerminationCancelled,
            (null, { } end) when end > now => LifecycleEventType.TerminationScheduled,
            ({ } was, { } end) when end > was && IsOfContract(before) && IsOfContract(after) => LifecycleEventType.ContractExtended,
            ({ } was, { } end) when end < was && IsOfContract(before) && !IsOfContract(after) => LifecycleEventType.TerminationScheduled,
            _ => LifecycleEventType.Corrected,
        };
    }

    private static LifecycleEventType EndOf(Worker worker) =>
        worker.NeverCame ? LifecycleEventType.HireRescinded : LifecycleEventType.TerminationEffective;

    // Whether the end that is known is nothing but the end of the contract.
    private static bool IsOfContract(Worker worker) =>
        worker.Facts is { ContractEndDate: not null, TerminationDate: null, LastDayOfWork: null };

    private static bool IsNewStint(Worker before, Worker after) =>
        after.AccessStart is { } start && before.AccessEnd is { } end && start >= end;

    private static bool Away(AccessState access) => access is AccessState.Restricted or AccessState.Suspended;

    private static bool Began(AccessState access) => Away(access) || access == AccessState.Active;

    private static Instant At(Worker before, Worker after, Instant now) =>
        WorkerFactsJson.Difference(before.Facts, after.Facts).Any(Ends.Contains) && after.AccessEnd is { } end ? end : now;
}
