using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ScimBridge.Provisioning.Safety;

namespace ScimBridge.Provisioning.Tests.Safety;

public sealed class BreakerTests
{
    private static readonly SafetyLimits Limits = new();
    private static readonly string[] Names = ["department:A", "department:B", "country:DK", "manager:1", Breaker.Privileged, Breaker.ServiceAccounts];
    private static readonly Effect[] Each = [.. Enum.GetValues<Effect>().Where(e => e != Effect.None)];

    private static readonly Arbitrary<Batch> Batches = Arb.From(
        from people in Gen.Choose(20, 3000)
        from count in Gen.Choose(0, 120)
        from suspects in Gen.ListOf(Suspect, count)
        from passed in Gen.Choose(0, 40)
        select new Batch([.. suspects.Select((s, i) => s with { Id = i + 1 })], people, passed));

    private static Gen<Suspect> Suspect =>
        from effect in Gen.Elements(Effect.Terminates, Effect.Terminates, Effect.Disables, Effect.Rekeys | Effect.Moves, Effect.Nulls, Effect.Moves, Effect.Revives)
        from strata in Gen.SubListOf(Names)
        from move in Gen.Elements(null, "A -> B", "B -> C")
        select new Suspect(0, effect, [.. strata], move);

    [Theory]
    [InlineData(5, 100, false)]
    [InlineData(6, 100, true)]
    [InlineData(20, 1000, false)]
    [InlineData(21, 1000, true)]
    public void As_many_as_the_limit_pass_and_one_more_holds_all(int count, int people, bool held)
    {
        var verdict = Breaker.Judge(Many(count, Effect.Terminates), Limits, new People(people));
        Assert.Equal(held ? count : 0, verdict.Held.Count);
        if (held)
            Assert.Equal(new Trip(Effect.Terminates, null, count, count - 1, people, 0), verdict.Trips[0]);
    }

    [Fact]
    public void Absolute_limit_holds_in_the_largest_company()
    {
        var limits = Limits with { Batch = new Dictionary<Effect, Limit> { [Effect.Terminates] = new(5, 5, AtMost: 100) }, Windows = [] };
        Assert.Empty(Breaker.Judge(Many(100, Effect.Terminates), limits, new People(1_000_000)).Held);
        Assert.Equal(101, Breaker.Judge(Many(101, Effect.Terminates), limits, new People(1_000_000)).Held.Count);
    }

    [Fact]
    public void Only_the_stratum_that_tripped_is_held()
    {
        Suspect[] suspects = [.. Many(5, Effect.Terminates, "department:A"), .. Many(4, Effect.Terminates, "department:B").Select(s => s with { Id = s.Id + 100 })];
        var verdict = Breaker.Judge(suspects, Limits, new People(1000) { Strata = { ["department:A"] = 20, ["department:B"] = 20 } });
        Assert.Equal([1, 2, 3, 4, 5], verdict.Held.Order());
        Assert.Equal("department:A", Assert.Single(verdict.Trips).Stratum);
    }

    [Fact]
    public void Three_of_the_privileged_at_once_are_held()
    {
        var people = new People(1000) { Strata = { [Breaker.Privileged] = 10 } };
        Assert.Empty(Breaker.Judge(Many(2, Effect.Terminates, Breaker.Privileged), Limits, people).Held);
        Assert.Equal(3, Breaker.Judge(Many(3, Effect.Terminates, Breaker.Privileged), Limits, people).Held.Count);
    }

    [Fact]
    public void Four_of_those_on_whom_service_accounts_depend_are_held_at_once()
    {
        var people = new People(1000) { Strata = { [Breaker.ServiceAccounts] = 30 } };
        Assert.Empty(Breaker.Judge(Many(3, Effect.Terminates, Breaker.ServiceAccounts), Limits, people).Held);
        Assert.Equal(
            new Trip(Effect.Terminates, Breaker.ServiceAccounts, 4, 3, 30, 0),
            Assert.Single(Breaker.Judge(Many(4, Effect.Terminates, Breaker.ServiceAccounts), Limits, people).Trips));
    }

    [Fact]
    public void What_passed_on_earlier_days_counts_and_is_not_held_again()
    {
        var people = new People(100) { Earlier = { [(Effect.Terminates, 7)] = 8 } };
        var verdict = Breaker.Judge(Many(1, Effect.Terminates), Limits, people);
        Assert.Equal(new Trip(Effect.Terminates, null, 9, 8, 100, 7), Assert.Single(verdict.Trips));
        Assert.Equal([1], verdict.Held);
        Assert.Empty(Breaker.Judge(Many(1, Effect.Moves), Limits, people).Held);
    }

    [Fact]
    public void Reorganisation_is_one_decision_by_from_and_to()
    {
        Suspect[] suspects = [.. Many(300, Effect.Moves).Select(s => s with { Move = s.Id <= 200 ? "A1 -> B1" : s.Id <= 295 ? "A2 -> B2" : "A3 -> B3" })];
        var verdict = Breaker.Judge(suspects, Limits, new People(1000));
        Assert.Equal([("A1 -> B1", 200), ("A2 -> B2", 95)], verdict.Reorganisations);
        Assert.Equal(300, verdict.Held.Count);
    }

    [Property(MaxTest = 1000)]
    public Property Held_is_exactly_what_has_the_effect_and_is_in_the_stratum_of_a_trip() => Prop.ForAll(Batches, b =>
    {
        var verdict = Breaker.Judge(b.Suspects, Limits, b);
        return verdict.Held.SetEquals(b.Suspects
            .Where(s => verdict.Trips.Any(t => s.Effect.HasFlag(t.Effect) && (t.Stratum is null || s.Strata.Contains(t.Stratum)))).Select(s => s.Id));
    });

    [Property(MaxTest = 1000)]
    public Property Nothing_is_held_below_the_limits() => Prop.ForAll(Batches, b =>
    {
        var verdict = Breaker.Judge(b.Suspects, Limits, b);
        return verdict.Trips.All(t => t.Count > t.Limit) && (verdict.Trips.Count > 0 == verdict.Held.Count > 0)
            && Each.Where(e => !verdict.Trips.Any(t => t.Effect == e && t.Stratum is null && t.Days == 0)).All(e =>
                b.Suspects.Count(s => s.Effect.HasFlag(e)) <= Limits.Batch[e].For(b.People));
    });

    [Property(MaxTest = 1000)]
    public Property More_of_the_same_never_lets_go_what_was_held() => Prop.ForAll(Batches, b =>
    {
        var less = Breaker.Judge([.. b.Suspects.Take(b.Suspects.Count * 2 / 3)], Limits, b);
        return less.Held.IsSubsetOf(Breaker.Judge(b.Suspects, Limits, b).Held);
    });

    [Property(MaxTest = 500)]
    public Property Order_of_the_batch_makes_no_difference() => Prop.ForAll(Batches, b =>
    {
        var (one, other) = (Breaker.Judge(b.Suspects, Limits, b), Breaker.Judge([.. b.Suspects.Reverse()], Limits, b));
        return one.Held.SetEquals(other.Held) && one.Trips.SequenceEqual(other.Trips) && one.Reorganisations.SequenceEqual(other.Reorganisations);
    });

    private static Suspect[] Many(int count, Effect effect, params string[] strata) =>
        [.. Enumerable.Range(1, count).Select(i => new Suspect(i, effect, strata))];

    private sealed class People(long all) : IPopulation
    {
        public Dictionary<string, long> Strata { get; } = new(StringComparer.Ordinal);

        public Dictionary<(Effect, int), long> Earlier { get; } = [];

        public long Of(string? stratum) => stratum is null ? all : Strata[stratum];

        public long Passed(Effect effect, int days) => Earlier.GetValueOrDefault((effect, days));
    }

    private sealed record Batch(IReadOnlyList<Suspect> Suspects, int People, int Before) : IPopulation
    {
        public long Of(string? stratum) => stratum is null ? People : People / 5;

        public long Passed(Effect effect, int days) => Before;
    }
}
