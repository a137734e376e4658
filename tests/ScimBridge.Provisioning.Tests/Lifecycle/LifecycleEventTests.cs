using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Tests.Workers;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Lifecycle;

public sealed class LifecycleEventTests
{
    private static readonly IReadOnlyList<EventVector> Table = Vectors.Read<EventVector>("Lifecycle", "events.json");
    private static readonly Instant Now = Sample.Instant("2026-03-02T09:00:00Z");
    private static readonly Duration Preparation = Duration.FromDays(7);

    private static readonly Arbitrary<(History History, Instant At)> Histories = Arb.From(
        from history in HistoryGenerators.Histories
        from at in HistoryGenerators.Probe
        select (history, at));

    public static TheoryData<string> Situations { get; } = [.. Table.Select(v => v.Situation)];

    [Theory]
    [MemberData(nameof(Situations))]
    public void Situation_of_the_table_gives_the_event_stated_there(string situation)
    {
        var vector = Table.Single(v => v.Situation == situation);
        List<Assertion> before = [.. (vector.Before ?? []).Select((r, i) => r.Assertion(i, i))];
        var after = vector.Record.Assertion(before.Count, before.Count);

        var happened = LifecycleEvent.OfRecord(At(before, Now), At([.. before, after], Now), Now);

        Assert.Equal(vector.Type, happened.Type);
        Assert.Equal(Sample.MaybeInstant(vector.At) ?? Now, happened.EffectiveAt);
        Assert.Equal(vector.Changed ?? [], happened.Changed);
        Assert.Equal("worker." + char.ToLowerInvariant($"{vector.Type}"[0]) + $"{vector.Type}"[1..], happened.Name);
    }

    [Fact]
    public void Every_type_stands_in_the_table() => Assert.Equal(
        Enum.GetValues<LifecycleEventType>(), Table.Select(v => v.Type).Distinct().Order());

    [Fact]
    public void Move_that_is_told_ahead_is_heard_of_as_what_it_will_be()
    {
        var was = Worker(new LocalDate(2024, 1, 1), Sample.Facts with { Department = "Sales" });
        var comes = Worker(new LocalDate(2024, 1, 1), Sample.Facts with { Department = "Finance" });
        var then = Sample.Instant("2026-04-01T00:00:00Z");

        var plan = LifecycleEvent.OfPlan(was, comes, then);

        Assert.Equal((LifecycleEventType.Moved, then), (plan!.Type, plan.EffectiveAt));
        Assert.Equal(["department"], plan.Changed);
        Assert.Null(LifecycleEvent.OfPlan(was, was, then));
        Assert.Null(LifecycleEvent.OfPlan(was, Worker(new LocalDate(2024, 1, 1), Sample.Facts with { Department = "Sales", Status = EmploymentStatus.OnLeave }), then));

        Worker Worker(LocalDate start, WorkerFacts facts) => Provisioning.Workers.Worker.At(facts with { StartDate = start }, Now, Sample.Zones, Preparation);
    }

    [Property(MaxTest = 2000)]
    public Property Every_record_gives_one_event_that_tells_what_it_did_to_access() => Prop.ForAll(Histories, c =>
    {
        var all = c.History.Arrive([.. Enumerable.Range(0, c.History.Records.Count)], i => c.At);
        for (var i = 0; i < all.Count; i++)
        {
            var (was, comes) = (At([.. all.Take(i)], c.At), At([.. all.Take(i + 1)], c.At));
            if (was is null && comes is null)
                continue;
            var type = LifecycleEvent.OfRecord(was, comes, c.At).Type;
            var ended = comes?.Access == AccessState.Ended;
            var endedBefore = was?.Access == AccessState.Ended;
            var neverCame = comes?.NeverCame ?? true;
            if ((type == LifecycleEventType.TerminationEffective) != (ended && !endedBefore && !neverCame))
                return false;
            if ((type == LifecycleEventType.HireRescinded) != (comes is null || (ended && !endedBefore && neverCame)))
                return false;
            if (type == LifecycleEventType.Rehired && !(endedBefore && !ended))
                return false;
            if ((type == LifecycleEventType.Hired) != (was is null && !ended))
                return false;
        }

        return true;
    });

    [Property(MaxTest = 2000)]
    public Property Time_alone_tells_each_end_and_each_leave_once() => Prop.ForAll(Histories, c =>
    {
        var timeline = Timeline.Of(c.History.Arrive([.. Enumerable.Range(0, c.History.Records.Count)], i => c.At), Instant.MaxValue);
        if (timeline.At(c.At, Sample.Zones, Preparation) is not { } worker)
            return true;
        for (var woken = 0; worker.NextChange is { } next && woken < 50; woken++)
        {
            var then = timeline.At(next, Sample.Zones, Preparation)!;
            var told = LifecycleEvent.OfTime(worker.Access, then, next);
            // Woken again at the same instant, or at one at which nothing changed, there is nothing to tell.
            if (LifecycleEvent.OfTime(then.Access, then, next) is not null || (then.Access == worker.Access && told is not null))
                return false;
            if ((told?.Type == LifecycleEventType.TerminationEffective)
                != (then.Access == AccessState.Ended && worker.Access is not (AccessState.Ended or AccessState.None)))
                return false;
            worker = then;
        }

        return true;
    });

    private static Worker? At(IEnumerable<Assertion> assertions, Instant at) =>
        Timeline.Of(assertions, Instant.MaxValue).At(at, Sample.Zones, Preparation);
}

/// <summary>One row of events.json; what was said before came as of the day before, the record as of now.</summary>
public sealed record EventVector(
    string Situation,
    EventRecord Record,
    LifecycleEventType Type,
    IReadOnlyList<EventRecord>? Before = null,
    string? At = null,
    IReadOnlyList<string>? Changed = null);

/// <summary>One record of events.json.</summary>
public sealed record EventRecord(System.Text.Json.Nodes.JsonObject Facts, string? From = null, string? Id = null, RecordKind Kind = RecordKind.Change)
{
    internal Assertion Assertion(int row, int seq)
    {
        var recorded = row == 0 && Kind != RecordKind.Rescind ? "2026-03-01T09:00:00Z" : "2026-03-02T08:00:00Z";
        return new TimelineRecord(recorded, Facts, From, null, Id, Kind).Assertion(row, seq);
    }
}
