using System.Diagnostics;
using System.Globalization;
using NodaTime;
using ScimBridge.Fixtures;
using Xunit.Abstractions;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary>
/// A company that goes on for months, through the whole of the server, and what the organisation asks of it in figures.
/// <c>SCIMBRIDGE_CAMPAIGN=full</c> makes it 10,000 people with 50,000 accounts, for a year; <c>SCIMBRIDGE_CAMPAIGN_SIZE=2000,10000,182</c> as many
/// people, accounts and days.
/// </summary>
public sealed class ServerSimulationTests(ITestOutputHelper output)
{
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("SCIMBRIDGE_CAMPAIGN") == "full";
    private static readonly (int People, int Accounts, int Days) Size =
        Environment.GetEnvironmentVariable("SCIMBRIDGE_CAMPAIGN_SIZE")?.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture)).ToArray() is [var people, var accounts, var days]
            ? (people, accounts, days)
            : IsFull ? (10_000, 50_000, 365) : (60, 120, 90);

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Invariants_hold_for_months_with_orphans_found_in_a_day_and_rotations_in_time(DatabaseKind kind)
    {
        var watch = Stopwatch.StartNew();
        await using var company = await SimulatedBridge.StartAsync(kind, seed: 11, Size.People, Size.Accounts, atTenant: Math.Max(20, Size.Accounts / 500));
        var filled = watch.Elapsed;
        await company.RunAsync(Size.Days);

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind}: {company}; {filled.TotalSeconds:0} s to fill, {(watch.Elapsed - filled).TotalSeconds:0} s to run"));
        Assert.True(company.OrphanAge95 <= Duration.FromHours(24), $"{company}");
        Assert.True(company.ShareInTime >= 0.995, $"{company}");
        Assert.Equal(0, company.SignIns.Lost);
        // Months in which little happened would prove little.
        Assert.True(company is { Handed: > 10, Rotated: > 10, AtTenant: > 0, SignIns.Calls: > 4 }, $"{company}");
    }

    [Fact]
    public async Task Same_seed_gives_the_same_course_on_either_database()
    {
        var courses = new List<string>();
        foreach (var kind in (DatabaseKind[])[DatabaseKind.Sqlite, DatabaseKind.Sqlite, DatabaseKind.Postgres])
        {
            await using var company = await SimulatedBridge.StartAsync(kind, seed: 5, people: 40, accounts: 60, atTenant: 0);
            await company.RunAsync(days: 40);
            courses.Add(company.Final);
        }

        // Line by line: the account that went another way is shown.
        Assert.Equal(courses[0].Split('\n'), courses[1].Split('\n'));
        Assert.Equal(courses[0].Split('\n'), courses[2].Split('\n'));
    }
}
