using NodaTime;
using NodaTime.TimeZones;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Workers;

public sealed class WorkerTests
{
    private static readonly IReadOnlyList<WorkerVector> Table = Vectors.Read<WorkerVector>("Workers", "worker.json");

    public static TheoryData<string> Situations { get; } = [.. Table.Select(v => v.Situation)];

    [Theory]
    [MemberData(nameof(Situations))]
    public void Situation_of_the_table_gives_the_access_stated_there(string situation)
    {
        var vector = Table.Single(v => v.Situation == situation);
        var worker = Worker.At(vector.Facts(), Sample.Instant(vector.At), Sample.Zones, Duration.FromDays(vector.PrepareDays));
        Assert.Equal(vector.Access, worker.Access);
        Assert.Equal(Sample.MaybeInstant(vector.Start), worker.AccessStart);
        Assert.Equal(Sample.MaybeInstant(vector.End), worker.AccessEnd);
        Assert.Equal(Sample.MaybeInstant(vector.Next), worker.NextTransition);
        Assert.Equal(vector.To, worker.NextAccess);
    }

    [Fact]
    public void Every_status_stands_in_the_table() =>
        Assert.Empty(Enum.GetValues<EmploymentStatus>().Except(Table.Select(v => v.Status)));

    [Fact]
    public void Unknown_zone_is_refused_and_not_guessed() =>
        Assert.Throws<DateTimeZoneNotFoundException>(() => Worker.At(
            Sample.Facts with { TimeZone = "Europe/Atlantis" }, Sample.Instant("2026-06-30T12:00:00Z"), Sample.Zones, Duration.Zero));

    [Fact]
    public void Worker_carries_the_facts_it_was_derived_from() =>
        Assert.Same(Sample.Facts, Worker.At(Sample.Facts, Sample.Instant("2026-06-30T12:00:00Z"), Sample.Zones, Duration.Zero).Facts);
}

/// <summary>One row of worker.json; what is left out of the expectation is expected to be null.</summary>
public sealed record WorkerVector(
    string Situation,
    string At,
    AccessState Access,
    string? Start = null,
    string? End = null,
    string? Next = null,
    AccessState? To = null,
    EmploymentStatus Status = EmploymentStatus.Active,
    string Zone = "Europe/Copenhagen",
    string? StartDate = null,
    string? ContractEndDate = null,
    string? TerminationDate = null,
    string? LastDayOfWork = null,
    int PrepareDays = 7)
{
    public WorkerFacts Facts() => Sample.Facts with
    {
        Status = Status,
        TimeZone = Zone,
        StartDate = Sample.Date(StartDate),
        ContractEndDate = Sample.Date(ContractEndDate),
        TerminationDate = Sample.Date(TerminationDate),
        LastDayOfWork = Sample.Date(LastDayOfWork),
    };
}
