using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>A worker as succession sees them: the person, and what happens to service accounts when the worker becomes another.</summary>
/// <param name="policy">The timers.</param>
/// <param name="notice">What is told of a coming end.</param>
/// <param name="zones">The time zones.</param>
public sealed class SponsoringWorker(SuccessionPolicy policy, NoticePolicy notice, IDateTimeZoneProvider zones)
{
    /// <summary>The person.</summary>
    /// <param name="id">The id of the user.</param>
    /// <param name="worker">The worker; null where nothing is held to be true of them.</param>
    /// <param name="managerId">The id of the manager's user; null for none.</param>
    public Person PersonOf(string id, Worker? worker, string? managerId)
    {
        if (worker is null)
            return new Person(id) { ManagerId = managerId, IsGone = true };
        var isAway = IsAway(worker);
        return new Person(id)
        {
            ManagerId = managerId,
            IsGone = IsGone(worker),
            LeavesAt = LeavesAt(worker),
            IsAway = isAway,
            AwayUntil = isAway && worker.Facts.LeaveEnd is { } last && last < LocalDate.MaxIsoValue
                ? last.PlusDays(1).AtStartOfDayInZone(zones[worker.Facts.TimeZone]).ToInstant()
                : null,
            IsExternal = worker.Facts.Type is WorkerType.Contingent or WorkerType.Contractor or WorkerType.Temp or WorkerType.Consultant,
        };
    }

    /// <summary>When a decision that nothing else calls for is to look at the worker again: their contract comes near its end; null for never.</summary>
    public Instant? NextAt(Worker worker, Instant now)
    {
        ArgumentNullException.ThrowIfNull(worker);
        return worker is { EndsWithContract: true, AccessEnd: { } end } && end - notice.ContractNotice > now ? end - notice.ContractNotice : null;
    }

    /// <summary>What happened to the worker between two decisions, in the order in which it is decided on.</summary>
    /// <param name="id">The id of the user.</param>
    /// <param name="before">The worker as the last decision saw them, at its instant; null before the first.</param>
    /// <param name="after">The worker now; null where all that was said was taken back.</param>
    /// <param name="managerBefore">The manager's user then.</param>
    /// <param name="managerAfter">The manager's user now.</param>
    /// <param name="isOrdered">Whether somebody ordered that access ends at once.</param>
    public IReadOnlyList<PersonEvent> EventsOf(string id, Worker? before, Worker? after, string? managerBefore, string? managerAfter, bool isOrdered = false)
    {
        // Who was never here has nothing to hand over.
        if (before is null)
            return [];
        if (IsGone(before))
            return before.Access == AccessState.Ended && after is not null && !IsGone(after) ? [new(CascadeEvent.Rehired, id)] : [];
        if (after is null || IsGone(after))
            return [new(EndOf(after, isOrdered), id) { ManagerThen = managerBefore }];
        var events = new List<PersonEvent>();
        events.AddRange(Notices(before, after).Select(type => new PersonEvent(type, id) { ManagerThen = managerBefore }));
        if (IsAway(before) != IsAway(after))
            events.Add(new(IsAway(after) ? CascadeEvent.LeaveStarted : CascadeEvent.LeaveEnded, id));
        if (MoveOf(before.Facts, after.Facts, managerBefore != managerAfter) is { } move)
            events.Add(new(move, id) { LeavesDepartment = LeavesDepartment(before.Facts, after.Facts), ManagerThen = managerBefore });
        return events;
    }

    /// <summary>Whether a worker is at another place within the company than before: what makes an event of a move, of any kind.</summary>
    public static bool IsElsewhere(Worker before, Worker after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        return MoveOf(before.Facts, after.Facts, before.Facts.ManagerId != after.Facts.ManagerId) is not null;
    }

    private static bool IsGone(Worker worker) => worker.Access is AccessState.Ended or AccessState.None or AccessState.PreStart;

    // A contract that runs for years is no notice; what HR keeps to itself is none either.
    private Instant? LeavesAt(Worker worker) => IsConfidential(worker) ? null : worker.AccessEnd;

    private bool IsConfidential(Worker worker) =>
        !worker.EndsWithContract && worker.Facts.TerminationType is { } type && notice.Confidential.Contains(type);

    private bool IsAway(Worker worker)
    {
        if (worker.Access is not (AccessState.Restricted or AccessState.Suspended))
            return false;
        // Nobody knows how long: then it is long enough.
        return worker.Facts is not { LeaveStart: { } first, LeaveEnd: { } last } || last == LocalDate.MaxIsoValue
            || Duration.FromDays(Period.DaysBetween(first, last) + 1) >= policy.ShortestLeave;
    }

    private IEnumerable<CascadeEvent> Notices(Worker before, Worker after)
    {
        var (was, will) = (Told(before), Told(after));
        if (was == will)
            yield break;
        // What is put off is withdrawn, and told again where it is still near.
        if (was is { } then && (will is null || will > then))
            yield return CascadeEvent.TerminationCancelled;
        if (will is not null)
            yield return after.EndsWithContract ? CascadeEvent.ContractEnding : CascadeEvent.TerminationScheduled;
    }

    private Instant? Told(Worker worker) =>
        LeavesAt(worker) is { } end && (!worker.EndsWithContract || end - notice.ContractNotice <= worker.AsOf) ? end : null;

    private CascadeEvent EndOf(Worker? after, bool isOrdered)
    {
        if (isOrdered || after?.Facts.RevokeNow == true || (after?.Facts.TerminationType is { } type && notice.ForCause.Contains(type)))
            return CascadeEvent.TerminatedForCause;
        return after?.Facts is { ContractEndDate: not null, TerminationDate: null, LastDayOfWork: null } or { TerminationType: TerminationType.EndOfContract }
            ? CascadeEvent.ContractEnded
            : CascadeEvent.TerminationEffective;
    }

    private static CascadeEvent? MoveOf(WorkerFacts before, WorkerFacts after, bool changesManager)
    {
        if (LeavesDepartment(before, after) || before.CostCenter != after.CostCenter)
            return CascadeEvent.Moved;
        var changesJob = before.Title != after.Title || before.JobCode != after.JobCode || before.PositionId != after.PositionId;
        return (changesJob, changesManager) switch
        {
            (true, true) => CascadeEvent.Moved,
            (true, false) => CascadeEvent.MovedWithinTeam,
            (false, true) => CascadeEvent.ManagerChanged,
            _ => null,
        };
    }

    private static bool LeavesDepartment(WorkerFacts before, WorkerFacts after) =>
        before.Department != after.Department || before.DepartmentCode != after.DepartmentCode || before.Company != after.Company || before.Division != after.Division;
}
