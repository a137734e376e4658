using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Sources.Pulling;
using ScimBridge.Connectors.Sources.SuccessFactors;
using ScimBridge.Connectors.Tests.Sources.Pulling;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Sandbox.Hris;

namespace ScimBridge.Connectors.Tests.Sources.SuccessFactors;

public sealed class SuccessFactorsPullTests : PullContractTests
{
    protected override string KindName => "successfactors";

    protected override HrisKind Stands => HrisKind.SuccessFactors;

    [Fact]
    public async Task Periods_to_come_are_fetched_with_the_one_of_today_and_past_ones_are_not()
    {
        PutPeriod("a", "2020-01-01", "2023-12-31", "Junior", 1);
        PutPeriod("b", "2024-01-01", "2026-05-31", "Senior", 1);
        PutPeriod("c", "2026-06-01", "9999-12-31", "Head", 1);

        var items = (await FetchAsync()).Items;

        Assert.Equal(
            [("Senior", new LocalDate(2024, 1, 1)), ("Head", new LocalDate(2026, 6, 1))],
            items.Select(item => (item.Record!.Facts.Title!, item.Record.EffectiveFrom!.Value)));
    }

    [Fact]
    public async Task Last_of_several_changes_on_a_day_has_the_greatest_sequence_whichever_was_touched_last()
    {
        PutPeriod("b", "2026-01-01", "9999-12-31", "Second", 2);
        Clock.Advance(TimeSpan.FromHours(1));
        PutPeriod("a", "2026-01-01", "9999-12-31", "First", 1);

        var records = (await FetchAsync()).Items.Select(item => item.Record!).ToList();

        Assert.Equal(2, records.Count);
        Assert.Equal("Second", records.MaxBy(record => record.Sequence)!.Facts.Title);
    }

    [Theory]
    [InlineData("A", EmploymentStatus.Active)]
    [InlineData("U", EmploymentStatus.OnLeave)]
    [InlineData("P", EmploymentStatus.OnLeave)]
    [InlineData("S", EmploymentStatus.Suspended)]
    [InlineData("F", EmploymentStatus.OnLeave)]
    [InlineData("D", EmploymentStatus.Dormant)]
    [InlineData("O", EmploymentStatus.Discarded)]
    [InlineData("R", EmploymentStatus.Retired)]
    [InlineData("T", EmploymentStatus.Terminated)]
    public async Task Codes_of_the_picklist_are_known(string code, EmploymentStatus status)
    {
        PutPeriod("a", "2024-01-01", "9999-12-31", "T", 1, code);

        Assert.Equal(status, Assert.Single((await FetchAsync()).Items).Record!.Facts.Status);
    }

    [Fact]
    public async Task Only_what_is_mapped_is_asked_for()
    {
        await FetchAsync(change: options => options.Columns["managerId"] = "");

        var query = Assert.Single(Hr.Calls).Query;
        Assert.Contains("userNav/firstName", query, StringComparison.Ordinal);
        Assert.Contains("$expand=userNav,", query.Replace("$expand=employmentNav,userNav,", "$expand=userNav,", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("managerId", query, StringComparison.Ordinal);
        Assert.Contains("fromDate=2026-03-01&toDate=9999-12-31&paging=snapshot&customPageSize=3", query, StringComparison.Ordinal);
    }

    protected override PullOptions Options(string address, SecretReference secret) => new SuccessFactorsSourceOptions
    {
        BaseUrl = $"{address}/odata/v2",
        User = "bridge@corp",
        Secret = secret,
        PageSize = 3,
        AllowPrivateAddresses = true,
        TimeZone = "Europe/Copenhagen",
        Sites = new() { ["PUN"] = "Asia/Kolkata" },
        Words = new() { Type = new() { ["true"] = "contractor" } },
    };

    internal override void Put(Person person) => Hr.Put(person.Id, Row(
        person.Id, "2020-01-01", "9999-12-31", person.Title, 1, person.Left ? "T" : "A", person).ToJsonString());

    private void PutPeriod(string key, string from, string to, string title, int number, string status = "A") =>
        Hr.Put(key, Row("1001", from, to, title, number, status, Person.Pack[0]).ToJsonString());

    private static JsonObject Row(string id, string from, string to, string title, int number, string status, Person person) => new()
    {
        ["userId"] = id,
        ["startDate"] = Date(from),
        ["endDate"] = Date(to),
        ["seqNumber"] = $"{number}",
        ["jobTitle"] = title,
        ["location"] = person.Site,
        ["managerId"] = person.Manager ?? "NO_MANAGER",
        ["contractEndDate"] = Date(Person.Iso(person.ContractEnd)),
        ["payGrade"] = Person.Canaries[0],
        ["emplStatusNav"] = new JsonObject { ["externalCode"] = status, ["localeLabel"] = "?" },
        ["employmentNav"] = new JsonObject
        {
            ["isContingentWorker"] = person.External,
            ["startDate"] = Date(Person.Iso(person.Start)),
            ["endDate"] = Date(Person.Iso(person.Termination)),
            ["bankNav"] = new JsonObject { ["iban"] = Person.Canaries[1] },
        },
        ["userNav"] = new JsonObject
        {
            ["firstName"] = person.Given, ["lastName"] = person.Family, ["email"] = person.Email, ["ssn"] = Person.Canaries[2],
        },
    };

    private static string? Date(string? iso) => iso is null
        ? null
        : $"/Date({new DateTimeOffset(DateTime.Parse(iso, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero).ToUnixTimeMilliseconds()})/";
}
