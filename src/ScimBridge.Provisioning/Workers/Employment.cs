using NodaTime;
using NodaTime.TimeZones;

namespace ScimBridge.Provisioning.Workers;

/// <summary>What one stint means for access at an instant.</summary>
/// <param name="Facts">The facts in force.</param>
/// <param name="Access">Whether access is to be had by this stint.</param>
/// <param name="Start">The first instant of access; null where no start is stated.</param>
/// <param name="End">The instant at which access ends; null where no end is known.</param>
internal sealed record Employment(WorkerFacts Facts, AccessState Access, Instant? Start, Instant? End)
{
    /// <summary>
    /// Since when it has been over, the same at whatever later instant it is asked for; null while it is not, and where nothing says since
    /// when.
    /// </summary>
    public Instant? OverSince { get; private init; }

    // Where the clock is put back over midnight, an end takes the earlier of the two midnights and a start the later; where it is put
    // forward, the first instant after the gap: at every edge the reading that grants less.
    private static readonly ZoneLocalMappingResolver EndOfAccess =
        Resolvers.CreateMappingResolver(Resolvers.ReturnEarlier, Resolvers.ReturnStartOfIntervalAfter);

    private static readonly ZoneLocalMappingResolver StartOfAccess =
        Resolvers.CreateMappingResolver(Resolvers.ReturnLater, Resolvers.ReturnStartOfIntervalAfter);

    public static Employment At(Stint stint, Instant at, IDateTimeZoneProvider zones, Preparation preparation)
    {
        var phase = 0;
        while (phase + 1 < stint.Phases.Count && BeginOf(stint.Phases[phase + 1], zones, EndOfAccess) <= at)
            phase++;
        var now = At(stint.Phases[phase].Facts, at, zones, preparation);
        if (now.Access == AccessState.Ended)
            return now with { OverSince = SinceWhen(stint, phase, at, zones) };
        if (phase == 0 || BeginOf(stint.Phases[phase], zones, StartOfAccess) <= at)
            return now;
        // The hour after midnight comes twice: what grants more waits for the second.
        var before = At(stint.Phases[phase - 1].Facts, at, zones, preparation);
        return DegreeOf(before.Access) < DegreeOf(now.Access) ? before : now;
    }

    private static Employment At(WorkerFacts facts, Instant at, IDateTimeZoneProvider zones, Preparation preparation)
    {
        var zone = zones[facts.TimeZone];
        var start = StartOf(facts, zone);
        var end = EndOf(facts, at, zone);
        // Who is to leave before the first day never has access, so that there is nothing to prepare either.
        var access = end <= at || end <= start ? AccessState.Ended
            : start - preparation.Of(facts.Type) > at ? AccessState.None
            : start > at ? AccessState.PreStart
            : StateDuring(facts, at, zone);
        return new Employment(facts, access, start, end);
    }

    /// <summary>The instants at which what the stint means may change by itself.</summary>
    public static IEnumerable<Instant> Changes(Stint stint, IDateTimeZoneProvider zones, Preparation preparation)
    {
        foreach (var period in stint.Phases)
        {
            var facts = period.Facts;
            var zone = zones[facts.TimeZone];
            if (period != stint.Phases[0])
            {
                yield return BeginOf(period, zones, EndOfAccess);
                yield return BeginOf(period, zones, StartOfAccess);
            }

            if (StartOf(facts, zone) is { } start)
            {
                yield return start;
                yield return start - preparation.Of(facts.Type);
            }

            if (DatedEnd(facts, zone) is { } end)
                yield return end;
            if (Stated(facts.LeaveStart) is { } leave)
                yield return Midnight(leave, zone, EndOfAccess);
            if (Stated(facts.LeaveEnd) is { } back)
                yield return Midnight(back.PlusDays(1), zone, StartOfAccess);
        }
    }

    private static Instant BeginOf(Phase period, IDateTimeZoneProvider zones, ZoneLocalMappingResolver resolver) =>
        Midnight(period.From, zones[period.Facts.TimeZone], resolver);

    private static int DegreeOf(AccessState access) => access switch
    {
        AccessState.Active => 4,
        AccessState.Restricted => 3,
        AccessState.Suspended => 2,
        AccessState.PreStart => 1,
        _ => 0,
    };

    private static Instant? StartOf(WorkerFacts facts, DateTimeZone zone) =>
        facts.StartDate is { } first ? Midnight(first, zone, StartOfAccess) : null;

    private static AccessState StateDuring(WorkerFacts facts, Instant at, DateTimeZone zone) => facts.Status switch
    {
        EmploymentStatus.OnLeave => StateOnLeave(facts.LeaveType),
        EmploymentStatus.Suspended => AccessState.Suspended,
        // Hired, and the source names no day on which work begins: prepared, and no more. Where it names one, that day decides: many
        // systems change the word only with their next run.
        EmploymentStatus.Prehire when facts.StartDate is null => AccessState.PreStart,
        _ when IsDuringLeave(facts, at, zone) => StateOnLeave(facts.LeaveType),
        _ => AccessState.Active,
    };

    private static AccessState StateOnLeave(LeaveType? type) =>
        type == LeaveType.Disciplinary ? AccessState.Suspended : AccessState.Restricted;

    // By its days, for sources that do not change the word. A word that says "on leave" holds until the source says otherwise: that the
    // planned last day has gone by does not show that somebody is back.
    private static bool IsDuringLeave(WorkerFacts facts, Instant at, DateTimeZone zone) =>
        Stated(facts.LeaveStart) is { } first
        && Midnight(first, zone, EndOfAccess) <= at
        && !(Stated(facts.LeaveEnd) is { } last && Midnight(last.PlusDays(1), zone, StartOfAccess) <= at);

    private static Instant? EndOf(WorkerFacts facts, Instant at, DateTimeZone zone)
    {
        var end = DatedEnd(facts, zone);
        return IsOver(facts) && !(end < at) ? at : end;
    }

    private static bool IsOver(WorkerFacts facts) => facts.RevokeNow == true || facts.Status switch
    {
        // Over whatever the dates say: these words mean "no access from now on".
        EmploymentStatus.GardenLeave or EmploymentStatus.Deceased or EmploymentStatus.Discarded or EmploymentStatus.Dormant => true,
        // "Terminated" without a day is over now; with a day to come it is a termination that is scheduled for then.
        EmploymentStatus.Terminated or EmploymentStatus.Retired =>
            Stated(facts.TerminationDate) is null && Stated(facts.LastDayOfWork) is null,
        _ => false,
    };

    // A word that means "from now on" means: from the day on which the source began to say it.
    private static Instant? SinceWhen(Stint stint, int phase, Instant at, IDateTimeZoneProvider zones)
    {
        var facts = stint.Phases[phase].Facts;
        var dated = DatedEnd(facts, zones[facts.TimeZone]);
        if (!IsOver(facts))
            return dated;
        var first = phase;
        while (first > 0 && IsOver(stint.Phases[first - 1].Facts))
            first--;
        Instant? said = stint.Phases[first].Assertion is null ? null : BeginOf(stint.Phases[first], zones, EndOfAccess);
        return dated <= at && !(said < dated) ? dated : said;
    }

    private static Instant? DatedEnd(WorkerFacts facts, DateTimeZone zone)
    {
        // Garden leave is not work: access ends where it begins, employment goes on.
        var garden = facts.LeaveType == LeaveType.Garden ? Stated(facts.LeaveStart)?.PlusDays(-1) : null;
        var lastDay = new[] { Stated(facts.LastDayOfWork), Stated(facts.TerminationDate), Stated(facts.ContractEndDate), garden }.Min();
        return lastDay is { } day ? Midnight(day.PlusDays(1), zone, EndOfAccess) : null;
    }

    // The last day that a calendar has is how many systems write "no end"; there is no midnight after it either.
    private static LocalDate? Stated(LocalDate? date) => date == LocalDate.MaxIsoValue ? null : date;

    private static Instant Midnight(LocalDate date, DateTimeZone zone, ZoneLocalMappingResolver resolver) =>
        zone.ResolveLocal(date.AtMidnight(), resolver).ToInstant();
}
