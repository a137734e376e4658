using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Workers;

public sealed class TimelinePropertyTests
{
    /// <summary>The environment variable with the number of cases, where it is to be another than the default.</summary>
    private const string Variable = "SCIMBRIDGE_TEST_CASES";

    private static readonly int Cases = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "10000", CultureInfo.InvariantCulture);
    private static readonly Duration Preparation = Duration.FromDays(7);
    private static readonly Instant Early = Sample.Instant("2026-01-01T00:00:00Z");

    private static readonly Arbitrary<Telling> Tellings = Arb.From(
        from history in HistoryGenerators.Histories
        from order in Gen.Shuffle(Enumerable.Range(0, history.Records.Count))
        from again in Gen.SubListOf(Enumerable.Range(0, history.Records.Count))
        from batch in Gen.Choose(1, 4)
        from probes in Gen.ArrayOf(HistoryGenerators.Probe, 4)
        select new Telling(history, [.. order], [.. again], batch, probes));

    [Fact]
    public void Order_and_batches_of_arrival_make_no_difference_and_what_comes_twice_says_no_more() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(Cases),
        Prop.ForAll(Tellings, t =>
        {
            var told = Timeline.Of(t.InOrder(), Instant.MaxValue);
            var shuffled = Timeline.Of(t.Shuffled(), Instant.MaxValue);
            var twice = Timeline.Of(t.Twice(), Instant.MaxValue);
            return t.Probes.All(p => At(told, p) == At(shuffled, p) && At(told, p) == At(twice, p));
        }));

    [Property(MaxTest = 2000)]
    public Property What_was_known_earlier_is_not_changed_by_what_comes_later() => Prop.ForAll(Tellings, t =>
    {
        var all = t.Shuffled();
        return all.Select(a => a.RecordedAt).Distinct().All(known =>
        {
            var (then, alone) = (Timeline.Of(all, known), Timeline.Of(all.Where(a => a.RecordedAt <= known), Instant.MaxValue));
            return t.Probes.All(p => At(then, p) == At(alone, p));
        });
    });

    [Property(MaxTest = 2000)]
    public Property What_was_taken_back_leaves_no_trace() => Prop.ForAll(Tellings, t =>
    {
        var all = t.Shuffled().ConvertAll(a => a.BatchId == "batch-0" ? a with { RetractedAt = a.RecordedAt + Duration.FromHours(1) } : a);
        var (with, without) = (Timeline.Of(all, Instant.MaxValue), Timeline.Of(all.Where(a => a.BatchId != "batch-0"), Instant.MaxValue));
        return t.Probes.All(p => At(with, p) == At(without, p));
    });

    [Property(MaxTest = 2000)]
    public Property What_was_rescinded_leaves_no_trace() => Prop.ForAll(Tellings, t =>
    {
        // Every keyed record is rescinded with a sequence greater than any.
        var all = t.Shuffled();
        var rescissions = all.Select((a, i) => a with { Seq = 1000 + i, Sequence = long.MaxValue, Kind = RecordKind.Rescind })
            .Where(a => a.Slot.StartsWith('#')).ToList();
        var (with, without) = (
            Timeline.Of(all.Concat(rescissions), Instant.MaxValue),
            Timeline.Of(all.Where(a => !a.Slot.StartsWith('#')), Instant.MaxValue));
        return t.Probes.All(p => At(with, p) == At(without, p));
    });

    [Property(MaxTest = 2000)]
    public Property Nothing_changes_by_itself_before_the_next_change() => Prop.ForAll(Tellings, t =>
    {
        var timeline = Timeline.Of(t.InOrder(), Instant.MaxValue);
        var from = t.Probes[0];
        if (timeline.At(from, Sample.Zones, Preparation) is not { } worker)
            return true;
        var until = worker.NextChange ?? from + Duration.FromDays(200);
        var step = (until - from) / 40;
        return Enumerable.Range(0, 40).All(i => At(timeline, from + step * i) == At(timeline, from))
            && At(timeline, until - Duration.Epsilon) == At(timeline, from)
            && (worker.NextTransition is not { } next
                || (next >= worker.NextChange
                    && timeline.At(next - Duration.Epsilon, Sample.Zones, Preparation)!.Access == worker.Access
                    && timeline.At(next, Sample.Zones, Preparation)!.Access == worker.NextAccess
                    && worker.NextAccess != worker.Access));
    });

    [Property(MaxTest = 2000)]
    public Property Who_is_woken_at_every_change_sees_what_who_looks_afresh_sees() => Prop.ForAll(Tellings, t =>
    {
        var timeline = Timeline.Of(t.InOrder(), Instant.MaxValue);
        var (at, end) = (Early, t.Probes.Max());
        for (var woken = 0; timeline.At(at, Sample.Zones, Preparation) is { NextChange: { } next } && next <= end; woken++)
        {
            if (woken > 200)
                return false;
            at = next;
        }

        return At(timeline, at) == At(timeline, end);
    });

    [Property(MaxTest = 2000)]
    public Property After_the_end_nobody_has_access_whatever_changes_are_told_without_a_new_start() => Prop.ForAll(
        Arb.From(
            from end in Gen.Choose(5, 30)
            from byWord in Gen.Elements(true, false)
            from days in Gen.ListOf(Gen.Choose(0, 90), 5)
            from facts in Gen.ListOf(HistoryGenerators.Facts, 5)
            from sequenced in Gen.Elements(true, false)
            from telling in Gen.Shuffle(Enumerable.Range(0, 7))
            select (end, byWord, days, facts, sequenced, telling)),
        c =>
        {
            var first = HistoryGenerators.First;
            var last = first.PlusDays(c.end);
            var hire = Sample.Facts with { StartDate = first };
            var records = new List<HrRecord>
            {
                new(hire, "hire", 1) { EffectiveFrom = first, Kind = RecordKind.New },
                c.byWord
                    ? new(hire with { Status = EmploymentStatus.Terminated }, "end", 2) { EffectiveFrom = last.PlusDays(1) }
                    : new(hire with { TerminationDate = last }, "end", 2) { EffectiveFrom = first.PlusDays(1) },
            };
            // Changes of anything but the days; the first day that they repeat is that of the stint.
            records.AddRange(c.facts.Zip(c.days, (f, day) => new HrRecord(
                f with { StartDate = day % 2 == 0 ? first : null, TerminationDate = null, ContractEndDate = null, TimeZone = hire.TimeZone, Status = EmploymentStatus.Active },
                "change",
                3) { EffectiveFrom = first.PlusDays(day + 2) }).Where(r => r.EffectiveFrom != last.PlusDays(1)));
            var assertions = records.Select((r, i) => Assertion.Of(
                c.sequenced ? r with { Sequence = i + 1 } : r, c.telling.ElementAt(i), Early, Early, "batch", Sample.Zones));
            var timeline = Timeline.Of(assertions, Instant.MaxValue);
            var over = last.PlusDays(1).AtStartOfDayInZone(Sample.Zones[hire.TimeZone]).ToInstant();
            return Enumerable.Range(0, 120).All(d => timeline.At(over + Duration.FromDays(d), Sample.Zones, Preparation)!.Access == AccessState.Ended);
        });

    // Who has an end at the very instant, because a word says "now", has another at every instant.
    private static (WorkerFacts?, AccessState?) At(Timeline timeline, Instant at)
    {
        var worker = timeline.At(at, Sample.Zones, Preparation);
        return (worker?.Facts, worker?.Access);
    }

    /// <summary>A history and how it came in.</summary>
    private sealed record Telling(History History, IReadOnlyList<int> Order, IReadOnlyList<int> Again, int Batch, Instant[] Probes)
    {
        public List<Assertion> InOrder() => History.Arrive([.. Enumerable.Range(0, History.Records.Count)], i => Early + Duration.FromMinutes(i));

        public List<Assertion> Shuffled() => History.Arrive(Order, i => Early + Duration.FromDays(i / Batch));

        public List<Assertion> Twice() => History.Arrive([.. Order, .. Again], i => Early + Duration.FromDays(i / Batch));
    }
}
