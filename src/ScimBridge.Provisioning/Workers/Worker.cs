using NodaTime;
using NodaTime.TimeZones;

namespace ScimBridge.Provisioning.Workers;

/// <summary>What is true of a worker at one instant: the facts in force, and what they mean for access.</summary>
/// <param name="Facts">The facts in force.</param>
/// <param name="Access">Whether access is to be had.</param>
/// <param name="AccessStart">The first instant of access; null where the source states no start.</param>
/// <param name="AccessEnd">The instant at which access ends; null where no end is known.</param>
/// <param name="NextTransition">When <paramref name="Access"/> changes by itself, with no new record; null for never.</param>
/// <param name="NextAccess">What it changes to; null for never.</param>
public sealed record Worker(
    WorkerFacts Facts, AccessState Access, Instant? AccessStart, Instant? AccessEnd, Instant? NextTransition, AccessState? NextAccess)
{
    // Where the clock is put back over midnight, an end takes the earlier of the two midnights and a start the later; where it is put
    // forward, the first instant after the gap: at every edge the reading that grants less.
    private static readonly ZoneLocalMappingResolver EndOfAccess =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    private static readonly ZoneLocalMappingResolver StartOfAccess =
        Resolvers.CreateMappingResolver(Resolvers.ReturnLater, Resolvers.ReturnStartOfIntervalAfter);

    /// <summary>Derives the worker at an instant.</summary>
    /// <param name="facts">The facts in force. Their time zone must be one that <paramref name="zones"/> knows.</param>
    /// <param name="at">The instant.</param>
    /// <param name="zones">The time zones.</param>
    /// <param name="preparation">How long before the start the account may be prepared.</param>
    public static Worker At(WorkerFacts facts, Instant at, IDateTimeZoneProvider zones, Duration preparation)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(zones);
        var zone = zones[facts.TimeZone];
        var start = facts.StartDate is { } first ? Midnight(first, zone, StartOfAccess) : (Instant?)null;
        var end = EndOf(facts, at, zone);

        // Who is to leave before the first day never has access, so that there is nothing to prepare either.
        if (end <= at || end <= start)
            return Turning(AccessState.Ended, next: null, to: null);
        var during = StateDuring(facts);
        if (start > at)
        {
            var prepare = start.Value - preparation;
            return prepare > at
                ? Turning(AccessState.None, prepare, prepare < start ? AccessState.PreStart : during)
                : Turning(AccessState.PreStart, start, during);
        }

        return Turning(during, end, end is null ? null : AccessState.Ended);

        Worker Turning(AccessState access, Instant? next, AccessState? to) => new(facts, access, start, end, next, to);
    }

    private static AccessState StateDuring(WorkerFacts facts) => facts.Status switch
    {
        EmploymentStatus.OnLeave => AccessState.Restricted,
        EmploymentStatus.Suspended => AccessState.Suspended,
        // Hired, and the source names no day on which work begins: prepared, and no more. Where it names one, that day decides: many
        // systems change the word only with their next run.
        EmploymentStatus.Prehire when facts.StartDate is null => AccessState.PreStart,
        _ => AccessState.Active,
    };

    private static Instant? EndOf(WorkerFacts facts, Instant at, DateTimeZone zone)
    {
        var lastOfWork = Stated(facts.LastDayOfWork);
        var termination = Stated(facts.TerminationDate);
        var lastDay = Earliest(lastOfWork, termination, Stated(facts.ContractEndDate));
        var end = lastDay is { } day ? Midnight(day.PlusDays(1), zone, EndOfAccess) : (Instant?)null;
        var overNow = facts.Status switch
        {
            // Over whatever the dates say: these words mean "no access from now on".
            EmploymentStatus.GardenLeave or EmploymentStatus.Deceased or EmploymentStatus.Discarded or EmploymentStatus.Dormant => true,
            // "Terminated" without a day is over now; with a day to come it is a termination that is scheduled for then.
            EmploymentStatus.Terminated or EmploymentStatus.Retired => termination is null && lastOfWork is null,
            _ => false,
        };
        return overNow && !(end < at) ? at : end;
    }

    // The last day that a calendar has is how many systems write "no end"; there is no midnight after it either.
    private static LocalDate? Stated(LocalDate? date) => date == LocalDate.MaxIsoValue ? null : date;

    private static LocalDate? Earliest(params ReadOnlySpan<LocalDate?> dates)
    {
        LocalDate? earliest = null;
        foreach (var date in dates)
        {
            if (date is not null && (earliest is null || date < earliest))
                earliest = date;
        }

        return earliest;
    }

    private static Instant Midnight(LocalDate date, DateTimeZone zone, ZoneLocalMappingResolver resolver) =>
        zone.ResolveLocal(date.AtMidnight(), resolver).ToInstant();
}
