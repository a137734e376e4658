using ScimBridge.Provisioning.Safety;
using Xunit.Abstractions;

namespace ScimBridge.Provisioning.Tests.Safety;

/// <summary>The limits as they come: ordinary months pass, and what is out of the ordinary does not.</summary>
public sealed class OrdinaryMonthsTests(ITestOutputHelper output)
{
    private const int Months = 1000;
    private static readonly SafetyLimits Limits = new();

    [Theory]
    [InlineData(200)]
    [InlineData(1000)]
    [InlineData(5000)]
    public void Of_a_thousand_ordinary_months_at_most_one_in_a_hundred_has_a_hold(int people)
    {
        var company = new OrdinaryCompany(people, Months, seed: 20260302);
        var (held, why) = (new HashSet<int>(), new Dictionary<string, int>(StringComparer.Ordinal));
        for (var day = 0; day < company.Days; day++)
        {
            if (company.Day(day, Limits) is not { Held.Count: > 0 } verdict)
                continue;
            held.Add(day / OrdinaryCompany.DaysOfMonth);
            foreach (var trip in verdict.Trips)
            {
                var reason = $"{trip.Effect} {trip.Stratum?.Split(':')[0] ?? "source"} {trip.Days}";
                why[reason] = why.GetValueOrDefault(reason) + 1;
            }
        }

        output.WriteLine($"{people} people, {Months} months: {held.Count} with a hold. {string.Join(", ", why.Select(w => $"{w.Key}: {w.Value}"))}");
        Assert.InRange(held.Count, 0, Months / 100);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(1000)]
    [InlineData(5000)]
    public void Third_of_a_company_is_held_whole(int people)
    {
        var company = new OrdinaryCompany(people, 3, seed: 1);

        var verdict = Judge(company, Enumerable.Range(0, people / 3));

        Assert.Equal(people / 3, verdict.Held.Count);
        Assert.Contains(verdict.Trips, t => t is { Effect: Effect.Terminates, Stratum: null });
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(5000)]
    public void Tenth_of_a_large_department_is_held(int people)
    {
        // In a department of fewer than 50 a tenth is as many as leave on an ordinary last day of a month.
        var company = new OrdinaryCompany(people, 3, seed: 1);
        var department = company.Largest("department:");
        var count = (int)Math.Ceiling(((IPopulation)company).Of(department) / 10.0);

        var verdict = Judge(company, company.Of(department, count));

        Assert.Equal(count, verdict.Held.Count);
        Assert.Contains(verdict.Trips, t => t.Stratum == department);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(5000)]
    public void Bleed_of_four_in_a_thousand_a_day_is_held_within_eight_working_days(int people)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var company = new OrdinaryCompany(people, 6, seed);
            var (day, working, next) = (61, 0, 0);
            for (; working < 30; day++)
            {
                var some = Enumerable.Range(next, people * 4 / 1000).Select(p => (p * 379 % people, Effect.Terminates)).ToList();
                if (company.Day(day, Limits, some) is not { } verdict)
                    continue;
                working++;
                next += some.Count;
                if (verdict.Held.Count > 0)
                    break;
            }

            output.WriteLine($"{people} people, seed {seed}: held on working day {working}, {(working - 1) * people * 4 / 1000} had passed");
            Assert.InRange(working, 1, 8);
        }
    }

    private static Verdict Judge(OrdinaryCompany company, IEnumerable<int> people) => Breaker.Judge(
        [.. people.Select(p => new Suspect(p, Effect.Terminates, company.StrataOf(p)))], Limits, company);
}
