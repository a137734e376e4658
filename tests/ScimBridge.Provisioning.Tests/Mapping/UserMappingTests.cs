using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Mapping;

public sealed class UserMappingTests
{
    private static readonly JsonObject Golden = Vectors.ReadObject("Mapping", "user-mapping.json");

    private static readonly WorkerFacts Full = Sample.Facts with
    {
        DisplayName = "Anna B.",
        Status = EmploymentStatus.Prehire,
        Type = WorkerType.Contractor,
        StartDate = new LocalDate(2026, 8, 1),
        ContractEndDate = new LocalDate(2026, 12, 31),
        TerminationDate = new LocalDate(2027, 1, 31),
        LastDayOfWork = new LocalDate(2026, 12, 15),
        Title = "Engineer",
        Department = "Sales",
        DepartmentCode = "D-10",
        CostCenter = "CC-7",
        Company = "Example A/S",
        Division = "Nordics",
        Location = "CPH-1",
        Country = "DK",
        ManagerId = "w-2",
        WorkPhone = "+45 12 34 56 78",
        PreferredLanguage = "da",
    };

    [Fact]
    public void Full_worker_over_a_body_of_others_gives_the_golden_body()
    {
        var current = Golden["current"]!.AsObject();
        var before = current.ToJsonString();
        var body = UserMapping.Map(
            At(Full, "2026-07-30T00:00:00Z"), Intent(active: false), "anna.berg@example.com", "anna@example.com", "manager-id", current);
        AssertJson(Golden["expected"]!, body);
        Assert.Equal(before, current.ToJsonString());
    }

    [Fact]
    public void Worker_with_the_least_facts_gives_a_body_without_empty_attributes() => AssertJson(
        Golden["least"]!,
        UserMapping.Map(
            At(Sample.Facts with { FamilyName = null }, "2026-07-30T00:00:00Z"), Intent(active: true), "1001", workEmail: null, managerId: null, current: null));

    [Fact]
    public void Mapping_its_own_result_again_changes_nothing()
    {
        var worker = At(Full, "2026-07-30T00:00:00Z");
        var once = UserMapping.Map(worker, Intent(active: false), "a", "a@example.com", "m", Golden["current"]!.AsObject());
        Assert.Equal(once.ToJsonString(), UserMapping.Map(worker, Intent(active: false), "a", "a@example.com", "m", once).ToJsonString());
    }

    [Fact]
    public void What_hr_masters_and_no_longer_states_is_gone()
    {
        var once = UserMapping.Map(At(Full, "2026-07-30T00:00:00Z"), Intent(active: false), "a", "a@example.com", "m", current: null);
        var then = UserMapping.Map(At(Sample.Facts, "2026-07-30T00:00:00Z"), Intent(active: true), "a", workEmail: null, managerId: null, once);
        Assert.Equal(
            UserMapping.Map(At(Sample.Facts, "2026-07-30T00:00:00Z"), Intent(active: true), "a", workEmail: null, managerId: null, current: null).ToJsonString(),
            then.ToJsonString());
    }

    [Theory]
    [InlineData("2026-07-01T00:00:00Z", EmploymentStatus.Prehire, "2026-07-24T22:00:00Z", "preStart")]
    [InlineData("2026-07-30T00:00:00Z", EmploymentStatus.Prehire, "2026-07-31T22:00:00Z", "active")]
    [InlineData("2026-07-30T00:00:00Z", EmploymentStatus.OnLeave, "2026-07-31T22:00:00Z", "restricted")]
    [InlineData("2026-07-30T00:00:00Z", EmploymentStatus.Suspended, "2026-07-31T22:00:00Z", "suspended")]
    [InlineData("2026-08-30T00:00:00Z", EmploymentStatus.Active, "2026-12-15T23:00:00Z", "ended")]
    [InlineData("2026-08-30T00:00:00Z", EmploymentStatus.OnLeave, "2026-12-15T23:00:00Z", "ended")]
    [InlineData("2026-08-30T00:00:00Z", EmploymentStatus.Deceased, null, null)]
    public void Next_transition_is_published_with_the_state_it_leads_to(string at, EmploymentStatus status, string? next, string? to)
    {
        var hr = UserMapping.Map(
            At(Full with { Status = status }, at), Intent(active: true), "a", workEmail: null, managerId: null, current: null)[HrExtension.Urn]!;
        Assert.Equal(next, (string?)hr["nextTransitionAt"]);
        Assert.Equal(to, (string?)hr["nextTransitionTo"]);
    }

    [Fact]
    public void Prehire_without_a_first_day_is_not_said_to_start_at_the_end_of_the_contract()
    {
        var worker = At(Sample.Facts with { Status = EmploymentStatus.Prehire, ContractEndDate = new LocalDate(2026, 12, 31) }, "2026-07-30T00:00:00Z");
        var body = UserMapping.Map(worker, Intent(active: false), "a", workEmail: null, managerId: null, current: null);
        Assert.Equal("ended", (string?)body[HrExtension.Urn]!["nextTransitionTo"]);
    }

    private static Worker At(WorkerFacts facts, string at) => Worker.At(facts, Sample.Instant(at), Sample.Zones, Duration.FromDays(7));

    private static Intent Intent(bool active) => new("rule", Exists: true, active, Memberships.All, Lane.Change);

    // The order of attributes is part of what is golden: the same worker gives the same text.
    private static void AssertJson(JsonNode expected, JsonNode actual) => Assert.Equal(expected.ToJsonString(), actual.ToJsonString());
}
