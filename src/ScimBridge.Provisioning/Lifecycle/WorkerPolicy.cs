using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>What the organisation does about one kind of worker, phase by phase. As it comes it is the policy of those who chose nothing.</summary>
public sealed record WorkerPolicy
{
    private static readonly Duration ToldInTime = Duration.FromDays(1);

    /// <summary>How long before the first working day an account is prepared, disabled.</summary>
    public Duration Preparation { get; init; } = Duration.FromDays(7);

    /// <summary>Whether what a mover loses goes before joiners are served, instead of with all other changes. Leavers stay before both.</summary>
    public bool UrgentRemovals { get; init; }

    /// <summary>What a leave does to the account where its type is not named.</summary>
    public LeaveAction Leave { get; init; } = LeaveAction.SuspendPrivileged;

    /// <summary>What a leave does to the account, by its type.</summary>
    public IReadOnlyDictionary<LeaveType, LeaveAction> LeaveByType { get; init; } = new Dictionary<LeaveType, LeaveAction>();

    /// <summary>
    /// How long an account whose worker's contract ran out is only disabled, and keeps its ordinary memberships, before it is a leaver's: an
    /// extension is often told late.
    /// </summary>
    public Duration ContractGrace { get; init; } = Duration.Zero;

    /// <summary>How long after the end of access the account is deleted, where the type of the end is not named; null for never.</summary>
    public Duration? DeleteAfter { get; init; }

    /// <summary>How long after the end of access the account is deleted, by the type of the end; null for never.</summary>
    public IReadOnlyDictionary<TerminationType, Duration?> DeleteAfterByType { get; init; } = new Dictionary<TerminationType, Duration?>();

    /// <summary>What the leave does that the facts tell of.</summary>
    internal LeaveAction OnLeave(WorkerFacts facts) =>
        LeaveByType.TryGetValue(facts.LeaveType ?? LeaveType.Other, out var own) ? own : Leave;

    /// <summary>When the account is deleted of one whose access is over; null for never.</summary>
    internal Instant? DeleteAt(LifecycleChange change)
    {
        var worker = change.Now;
        if (worker.OverSince is not { } since)
            return null;
        var done = change.EndedAt ?? worker.AsOf;
        // Of an end that is told late the days count from when it was done: a wrong year must not delete anybody at once.
        return (done > since + ToldInTime ? done : since)
            + (DeleteAfterByType.TryGetValue(TypeOfEnd(worker), out var own) ? own : DeleteAfter);
    }

    private static TerminationType TypeOfEnd(Worker worker) => worker switch
    {
        { NeverCame: true } => TerminationType.NoShow,
        { Facts.Status: EmploymentStatus.Deceased } => TerminationType.Death,
        { Facts.TerminationType: { } told and not TerminationType.Unknown } => told,
        { Facts.Status: EmploymentStatus.Retired } => TerminationType.Retirement,
        { EndsWithContract: true } => TerminationType.EndOfContract,
        _ => TerminationType.Unknown,
    };
}
