using System.Diagnostics;
using NodaTime;
using ScimBridge.Provisioning.Sponsorship;
using Xunit.Abstractions;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

/// <summary>
/// A year at the rates of companies, and what the organisation asks of it in figures. <c>SCIMBRIDGE_CAMPAIGN=full</c> makes it 10,000 people with
/// 50,000 accounts.
/// </summary>
public sealed class SimulatedYearTests(ITestOutputHelper output)
{
    private static readonly (int People, int Accounts, int Days) Size =
        Environment.GetEnvironmentVariable("SCIMBRIDGE_CAMPAIGN") == "full" ? (10_000, 50_000, 365) : (300, 1_500, 365);

    [Fact]
    public void Invariants_hold_for_a_year_with_orphans_found_in_a_day_and_rotations_in_time()
    {
        var watch = Stopwatch.StartNew();
        var year = Year(seed: 3);

        output.WriteLine($"{year}; {watch.Elapsed.TotalSeconds:0} s");
        Assert.True(year.Violations == 0, year.FirstViolation);
        Assert.True(year.OrphanAge95 <= Duration.FromHours(24), $"{year}");
        Assert.True(year.ShareInTime >= 0.995, $"{year}");
        // A year in which little happened would prove little.
        Assert.True(year.Handed > 100 && year.Rotated > 100 && year.OrphanAges.Count > 0, $"{year}");
        Assert.Equal([], Enum.GetValues<CascadeEvent>().Where(e => e < CascadeEvent.AccountExpired && !year.Seen.Contains(e)));
    }

    [Fact]
    public void Same_seed_gives_the_same_year_and_another_another()
    {
        var first = Year(seed: 7).Digest;

        Assert.Equal(first, Year(seed: 7).Digest);
        Assert.NotEqual(first, Year(seed: 8).Digest);
    }

    private static SimulatedYear Year(int seed)
    {
        var year = new SimulatedYear(seed, Size.People, Size.Accounts);
        year.Run(Size.Days);
        return year;
    }
}
