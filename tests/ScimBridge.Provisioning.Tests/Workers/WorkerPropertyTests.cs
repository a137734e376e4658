using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Workers;

public sealed class WorkerPropertyTests
{
    private static readonly Arbitrary<(WorkerFacts Facts, Instant At, Duration Preparation)> Cases = Arb.From(
        from facts in WorkerGenerators.Facts
        from at in WorkerGenerators.Moment
        from preparation in WorkerGenerators.Preparation
        select (facts, at, preparation));

    [Property(MaxTest = 5000)]
    public Property State_holds_until_the_next_transition_and_is_the_announced_one_at_it() => Prop.ForAll(Cases, c =>
    {
        var worker = At(c, c.At);
        if (worker.NextTransition is not { } next)
            return worker.NextAccess is null && At(c, c.At + Duration.FromDays(3650)).Access == worker.Access;
        return next > c.At
            && At(c, next - Duration.Epsilon).Access == worker.Access
            && At(c, next - Duration.Epsilon).NextTransition == next
            && At(c, next).Access == worker.NextAccess
            && worker.NextAccess != worker.Access;
    });

    [Property(MaxTest = 2000)]
    public Property Walking_the_transitions_gives_what_deriving_afresh_gives() => Prop.ForAll(Cases, c =>
    {
        // One who is woken at every transition and one who looks once, at the end, see the same worker.
        var end = c.At + Duration.FromDays(60);
        var worker = At(c, c.At);
        var woken = 0;
        while (worker.NextTransition <= end && woken++ < 4)
            worker = At(c, worker.NextTransition.Value);
        var afresh = At(c, end);
        return woken < 4 && (worker.Access, worker.NextTransition, worker.NextAccess) == (afresh.Access, afresh.NextTransition, afresh.NextAccess);
    });

    [Property(MaxTest = 2000)]
    public Property Same_facts_and_instant_give_the_same_worker() => Prop.ForAll(Cases, c => At(c, c.At) == At(c with { Facts = c.Facts with { } }, c.At));

    [Property(MaxTest = 2000)]
    public Property Nobody_is_active_before_the_start_or_after_the_end() => Prop.ForAll(Cases, c =>
    {
        var worker = At(c, c.At);
        var within = (worker.AccessStart is null || worker.AccessStart <= c.At) && (worker.AccessEnd is null || worker.AccessEnd > c.At);
        return within || worker.Access is AccessState.None or AccessState.PreStart or AccessState.Ended;
    });

    private static Worker At((WorkerFacts Facts, Instant At, Duration Preparation) c, Instant at) =>
        Worker.At(c.Facts, at, Sample.Zones, c.Preparation);
}
