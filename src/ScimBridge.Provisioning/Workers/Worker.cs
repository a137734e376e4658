using NodaTime;
using NodaTime.TimeZones;

namespace ScimBridge.Provisioning.Workers;

/// <summary>What is true of a worker at one instant: the facts in force, and what they mean for access.</summary>
/// <param name="Facts">The facts in force.</param>
/// <param name="Access">Whether access is to be had.</param>
/// <param name="AccessStart">The first instant of access; null where the source states no start.</param>
/// <param name="AccessEnd">The instant at which access ends; null where no end is known.</param>
/// <param name="NextTransition">When <paramref name="Access"/> changes by itself, with no new record; null for never.</param>
public sealed record Worker(WorkerFacts Facts, AccessState Access, Instant? AccessStart, Instant? AccessEnd, Instant? NextTransition)
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

        if (end <= at)
            return new Worker(facts, AccessState.Ended, start, end, NextTransition: null);
        if (start > at)
        {
            var prepare = start.Value - preparation;
            return prepare > at
                ? new Worker(facts, AccessState.None, start, end, prepare)
                : new Worker(facts, AccessState.PreStart, start, end, start);
        }

        return new Worker(facts, StateDuring(facts.Status), start, end, end);
    }

    private static AccessState StateDuring(EmploymentStatus status) => status switch
    {
        EmploymentStatus.OnLeave => AccessState.Restricted,
        EmploymentStatus.Suspended => AccessState.Suspended,
        // Hired, and the source names no day on which work begins: prepared, and no more.
        EmploymentStatus.Prehire => AccessState.PreStart,
        _ => AccessState.Active,
    };

    private static Instant? EndOf(WorkerFacts facts, Instant at, DateTimeZone zone)
    {
        switch (facts.Status)
        {
            // Over whatever the dates say: these words mean "no access from now on".
            case EmploymentStatus.GardenLeave or EmploymentStatus.Deceased or EmploymentStatus.Discarded or EmploymentStatus.Dormant:
                return at;
        }

        var lastDay = Earliest(facts.LastDayOfWork, facts.TerminationDate, facts.ContractEndDate);
        var end = lastDay is { } day ? Midnight(day.PlusDays(1), zone, EndOfAccess) : (Instant?)null;

        // "Terminated" without a day is over now; with a day to come it is a termination that is scheduled for then.
        if (facts.Status is EmploymentStatus.Terminated or EmploymentStatus.Retired
            && facts.TerminationDate is null && facts.LastDayOfWork is null)
            return end < at ? end : at;
        return end;
    }

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
