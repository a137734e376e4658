using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Workers;

/// <summary>
/// Every zone of the time zone database, around every change of its offset. What midnight is, is found here by walking the zone's
/// intervals, not by the resolvers that the product uses.
/// </summary>
public sealed class WorkerZoneTests
{
    private static readonly Instant From = Sample.Instant("1970-01-01T00:00:00Z");
    private static readonly Instant Until = Sample.Instant("2038-01-01T00:00:00Z");
    private static readonly Instant LongAgo = Sample.Instant("1900-01-01T00:00:00Z");

    [Fact]
    public void Zone_with_changes_this_year_is_read_toward_least_access_at_both_edges()
    {
        var zones = 0;
        foreach (var zone in Zones())
        {
            var year = new Interval(Sample.Instant("2026-01-01T00:00:00Z"), Sample.Instant("2027-01-01T00:00:00Z"));
            var changes = Changes(zone, year).ToList();
            zones += changes.Count > 0 ? 1 : 0;
            foreach (var date in changes.SelectMany(c => Around(zone, c)))
            {
                AssertLeast(zone, date);
                AssertNaive(zone, date);
            }
        }

        Assert.True(zones > 100, $"Only {zones} zones change their offset in 2026.");
    }

    [Fact]
    public void Midnight_that_is_skipped_or_repeated_is_read_toward_least_access_in_every_zone_and_year()
    {
        var (skipped, repeated) = (0, 0);
        foreach (var zone in Zones())
        {
            foreach (var date in Changes(zone, new Interval(From, Until)).SelectMany(c => Around(zone, c)).Distinct())
            {
                var count = Midnights(zone, date).Count;
                skipped += count == 0 ? 1 : 0;
                repeated += count == 2 ? 1 : 0;
                if (count != 1)
                    AssertLeast(zone, date);
            }
        }

        // Without any, the walk would show nothing.
        Assert.True(skipped > 100, $"{skipped} midnights are skipped.");
        Assert.True(repeated > 100, $"{repeated} midnights are repeated.");
    }

    [Fact]
    public void Records_whose_days_are_days_of_a_change_of_2026_and_2027_are_laid_out_toward_least_access_in_every_zone()
    {
        var zones = 0;
        var years = new Interval(Sample.Instant("2026-01-01T00:00:00Z"), Sample.Instant("2028-01-01T00:00:00Z"));
        foreach (var zone in Zones())
        {
            var dates = Changes(zone, years).SelectMany(c => Around(zone, c)).Distinct().ToList();
            zones += dates.Count > 0 ? 1 : 0;
            foreach (var date in dates)
                AssertLaidOut(zone, date);
        }

        Assert.True(zones > 100, $"Only {zones} zones change their offset in 2026 and 2027.");
    }

    private static void AssertLaidOut(DateTimeZone zone, LocalDate date)
    {
        var told = $"{zone.Id} {date}";
        var (first, last) = (FirstMidnight(zone, date), LastMidnight(zone, date));
        var hire = Record(zone, date.PlusDays(-30), f => f with { StartDate = date.PlusDays(-30) });

        var begins = Timeline.Of([Record(zone, date, f => f)], Instant.MaxValue);
        AssertTurns(begins, last, AccessState.PreStart, AccessState.Active, told);

        var ends = Timeline.Of([hire, Record(zone, date, f => f with { Status = EmploymentStatus.Terminated })], Instant.MaxValue);
        AssertTurns(ends, first, AccessState.Active, AccessState.Ended, told);

        var leave = Timeline.Of([hire, Record(zone, date.PlusDays(-1), f => f with { LeaveStart = date, LeaveEnd = date })], Instant.MaxValue);
        AssertTurns(leave, first, AccessState.Active, AccessState.Restricted, told);
        AssertTurns(leave, LastMidnight(zone, date.PlusDays(1)), AccessState.Restricted, AccessState.Active, told);

        var barred = Timeline.Of([hire, Record(zone, date, f => f with { Status = EmploymentStatus.Suspended })], Instant.MaxValue);
        AssertTurns(barred, first, AccessState.Active, AccessState.Suspended, told);

        var back = Timeline.Of(
            [hire, Record(zone, date.PlusDays(-10), f => f with { Status = EmploymentStatus.Suspended }), Record(zone, date, f => f)], Instant.MaxValue);
        AssertTurns(back, last, AccessState.Suspended, AccessState.Active, told);
    }

    private static void AssertTurns(Timeline timeline, Instant at, AccessState from, AccessState to, string told)
    {
        var before = timeline.At(at - Duration.Epsilon, Sample.Zones, Duration.FromDays(1))!;
        Assert.True(before.Access == from, $"{told}: {before.Access} before");
        Assert.True(before.NextTransition == at && before.NextAccess == to, $"{told}: {before.NextAccess} at {before.NextTransition}, not {to} at {at}");
        Assert.True(timeline.At(at, Sample.Zones, Duration.FromDays(1))!.Access == to, told);
    }

    private static Assertion Record(DateTimeZone zone, LocalDate from, Func<WorkerFacts, WorkerFacts> facts) => Assertion.Of(
        new HrRecord(facts(Sample.Facts with { TimeZone = zone.Id }), $"{from}", 1) { EffectiveFrom = from }, 0, LongAgo, LongAgo, "batch", Sample.Zones);

    private static Instant FirstMidnight(DateTimeZone zone, LocalDate date) => Midnights(zone, date) is { Count: > 0 } some ? some.Min() : Skip(zone, date);

    private static Instant LastMidnight(DateTimeZone zone, LocalDate date) => Midnights(zone, date) is { Count: > 0 } some ? some.Max() : Skip(zone, date);

    private static IEnumerable<DateTimeZone> Zones() => Sample.Zones.Ids.Select(id => Sample.Zones[id]);

    private static IEnumerable<Instant> Changes(DateTimeZone zone, Interval interval) => zone.GetZoneIntervals(interval)
        .Where(i => i.HasStart && i.Start > interval.Start).Select(i => i.Start);

    // The day of the change, on either clock, and its neighbours.
    private static IEnumerable<LocalDate> Around(DateTimeZone zone, Instant change)
    {
        var first = (change - Duration.Epsilon).InZone(zone).Date.PlusDays(-1);
        var last = change.InZone(zone).Date.PlusDays(2);
        for (var date = first < last ? first : last; date <= last; date = date.PlusDays(1))
            yield return date;
    }

    // The instants at which the clocks of the zone show midnight of the date: none, one or two.
    private static List<Instant> Midnights(DateTimeZone zone, LocalDate date)
    {
        var around = Instant.FromUtc(date.Year, date.Month, date.Day, 0, 0);
        return
        [
            .. zone.GetZoneIntervals(new Interval(around - Duration.FromDays(3), around + Duration.FromDays(3)))
                .Select(i => (Interval: i, At: around - Duration.FromNanoseconds(i.WallOffset.Nanoseconds)))
                .Where(c => c.Interval.Contains(c.At)).Select(c => c.At),
        ];
    }

    // Where no clock shows midnight: the change that skips it.
    private static Instant Skip(DateTimeZone zone, LocalDate date)
    {
        var around = Instant.FromUtc(date.Year, date.Month, date.Day, 0, 0);
        return zone.GetZoneIntervals(new Interval(around - Duration.FromDays(3), around + Duration.FromDays(3)))
            .First(i => i.HasStart && i.IsoLocalStart > date.AtMidnight()).Start;
    }

    private static void AssertLeast(DateTimeZone zone, LocalDate date)
    {
        var midnights = Midnights(zone, date);
        var (start, end) = (StartOn(zone, date), EndAfter(zone, date.PlusDays(-1)));
        var told = $"{zone.Id} {date}: {start} and {end}";
        Assert.True(end == (midnights.Count == 0 ? Skip(zone, date) : midnights.Min()), told);
        Assert.True(start == (midnights.Count == 0 ? Skip(zone, date) : midnights.Max()), told);

        // The whole last day is granted, and not a moment of another; nothing before the first day is.
        Assert.True((end - Duration.Epsilon).InZone(zone).Date <= date.PlusDays(-1), told);
        Assert.True(end.InZone(zone).Date >= date, told);
        Assert.True(start.InZone(zone).Date >= date, told);
        Assert.Equal(AccessState.Ended, At(zone, end, last: date.PlusDays(-1)));
        Assert.Equal(AccessState.Active, At(zone, end - Duration.Epsilon, last: date.PlusDays(-1)));
        Assert.Equal(AccessState.Active, At(zone, start, first: date));
        Assert.Equal(AccessState.PreStart, At(zone, start - Duration.Epsilon, first: date));
    }

    private static void AssertNaive(DateTimeZone zone, LocalDate date)
    {
        var naive = zone.AtLeniently(date.AtMidnight()).ToInstant();
        Assert.True(EndAfter(zone, date.PlusDays(-1)) <= naive, $"{zone.Id} {date}");
        Assert.True(StartOn(zone, date) >= naive, $"{zone.Id} {date}");
    }

    private static Instant EndAfter(DateTimeZone zone, LocalDate last) =>
        Worker.At(Facts(zone, first: null, last), LongAgo, Sample.Zones, Duration.Zero).AccessEnd!.Value;

    private static Instant StartOn(DateTimeZone zone, LocalDate first) =>
        Worker.At(Facts(zone, first, last: null), LongAgo, Sample.Zones, Duration.Zero).AccessStart!.Value;

    private static AccessState At(DateTimeZone zone, Instant at, LocalDate? first = null, LocalDate? last = null) =>
        Worker.At(Facts(zone, first, last), at, Sample.Zones, Duration.FromDays(1)).Access;

    private static WorkerFacts Facts(DateTimeZone zone, LocalDate? first, LocalDate? last) =>
        Sample.Facts with { TimeZone = zone.Id, StartDate = first, TerminationDate = last };
}
