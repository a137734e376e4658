using System.Text.Json.Nodes;
using ScimBridge.Connectors.Sources.BambooHr;
using ScimBridge.Connectors.Sources.Pulling;
using ScimBridge.Connectors.Tests.Sources.Pulling;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Sandbox.Hris;

namespace ScimBridge.Connectors.Tests.Sources.BambooHr;

public sealed class BambooHrPullTests : PullContractTests
{
    protected override string KindName => "bamboohr";

    protected override HrisKind Stands => HrisKind.BambooHr;

    [Theory]
    [InlineData("Active", "2020-01-01", "0000-00-00", EmploymentStatus.Active)]
    [InlineData("Inactive", "2020-01-01", "2026-02-01", EmploymentStatus.Terminated)]
    [InlineData("Inactive", "2026-03-02", "0000-00-00", EmploymentStatus.Prehire)]
    [InlineData("Inactive", "2020-01-01", null, null)]
    public async Task Inactive_is_told_apart_by_the_dates_and_never_guessed(string status, string hired, string? left, EmploymentStatus? expected)
    {
        Hr.Put("1", new JsonObject
        {
            ["employeeId"] = "1", ["firstName"] = "Ada", ["status"] = status, ["employmentStatusName"] = "Full-Time",
            ["hireDate"] = hired, ["terminationDate"] = left,
        }.ToJsonString());

        var item = Assert.Single((await FetchAsync()).Items);

        Assert.Equal(expected, item.Record?.Facts.Status);
        if (expected is null)
            Assert.Equal("The status 'Inactive' is not mapped: add it to words.status of the source.", item.Fault!.Reason);
    }

    [Fact]
    public async Task Only_what_is_mapped_is_asked_for()
    {
        await FetchAsync(change: options => options.Columns["workPhone"] = "");

        var query = Assert.Single(Hr.Calls).Query;
        Assert.Contains("firstName", query, StringComparison.Ordinal);
        Assert.DoesNotContain("workPhone", query, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleted_employee_is_not_said_to_have_left()
    {
        Put(Person.Pack[0]);
        var cursor = (await FetchAsync()).Result.Next;
        Clock.Advance(TimeSpan.FromHours(1));
        Hr.Remove("1001");

        var (result, items, _) = await FetchAsync(cursor);

        Assert.Equal((PullMode.Delta, 0), (result.Mode, items.Count));
    }

    protected override PullOptions Options(string address, SecretReference secret) => new BambooHrSourceOptions
    {
        BaseUrl = address,
        ApiKey = secret,
        AllowPrivateAddresses = true,
        TimeZone = "Europe/Copenhagen",
        Sites = new() { ["PUN"] = "Asia/Kolkata" },
    };

    internal override void Put(Person person) => Hr.Put(person.Id, new JsonObject
    {
        ["employeeId"] = person.Id,
        ["firstName"] = person.Given,
        ["lastName"] = person.Family,
        ["status"] = person.Left ? "Inactive" : "Active",
        ["employmentStatusName"] = person.External ? "Contractor" : "Full-Time",
        ["hireDate"] = Person.Iso(person.Start),
        ["contractEndDate"] = Person.Iso(person.ContractEnd) ?? "0000-00-00",
        ["terminationDate"] = Person.Iso(person.Termination) ?? "0000-00-00",
        ["jobTitleName"] = person.Title,
        ["locationName"] = person.Site,
        ["reportsToId"] = person.Manager,
        ["workEmail"] = person.Email,
        ["payRate"] = Person.Canaries[0],
        ["iban"] = Person.Canaries[1],
        ["ssn"] = Person.Canaries[2],
    }.ToJsonString());
}
