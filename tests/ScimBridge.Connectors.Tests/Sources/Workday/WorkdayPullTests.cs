using System.Text.Json.Nodes;
using ScimBridge.Connectors.Sources.Pulling;
using ScimBridge.Connectors.Sources.Workday;
using ScimBridge.Connectors.Tests.Sources.Pulling;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Sandbox.Hris;

namespace ScimBridge.Connectors.Tests.Sources.Workday;

public sealed class WorkdayPullTests : PullContractTests
{
    protected override string KindName => "workday";

    protected override HrisKind Stands => HrisKind.Workday;

    protected override Completeness Proof => Completeness.SoundToTheEnd;

    // A report has no pages and no total.
    protected override IReadOnlyCollection<string> Unseen =>
        [nameof(HrisSettings.TotalOff), nameof(HrisSettings.TotalMoves), nameof(HrisSettings.SkipItem), nameof(HrisSettings.CursorLoops), nameof(HrisSettings.NextElsewhere)];

    [Fact]
    public async Task Report_is_asked_for_two_days_ahead_in_Pacific_Time()
    {
        await FetchAsync(change: options => ((WorkdaySourceOptions)options).EffectivePrompt = "Effective_as_of_Date");

        // 2026-03-04 12:00 UTC is four in the morning there.
        Assert.Equal("format=json&Effective_as_of_Date=2026-03-04-08:00", Assert.Single(Hr.Calls).Query);
    }

    [Theory]
    [InlineData("Active", "1", "0", "0", "0", EmploymentStatus.Active)]
    [InlineData("Active", "1", "1", "0", "0", EmploymentStatus.OnLeave)]
    [InlineData(null, "0", "0", "1", "0", EmploymentStatus.Prehire)]
    [InlineData(null, "0", "0", "1", "1", EmploymentStatus.Discarded)]
    [InlineData("Active", "1", "0", "1", "1", EmploymentStatus.Active)]
    [InlineData("Terminated", "0", "0", "0", "1", EmploymentStatus.Terminated)]
    public async Task Hire_is_taken_back_only_where_all_flags_say_so(
        string? status, string active, string onLeave, string future, string rescinded, EmploymentStatus expected)
    {
        Hr.Put("1", new JsonObject
        {
            ["Worker_WID"] = "w1", ["Preferred_First_Name"] = "Ada", ["Worker_Type"] = "Employee", ["Worker_Status"] = status,
            ["ACTIVE"] = active, ["On_Leave"] = onLeave, ["FUTURE_DATE"] = future, ["IS_RESCINDED"] = rescinded,
        }.ToJsonString());

        Assert.Equal(expected, Assert.Single((await FetchAsync()).Items).Record!.Facts.Status);
    }

    [Fact]
    public async Task Contingent_worker_who_is_hired_is_another_worker_and_the_same_person()
    {
        foreach (var (wid, type) in new[] { ("w1", "Contingent Worker"), ("w2", "Employee") })
        {
            Hr.Put(wid, new JsonObject
            {
                ["Worker_WID"] = wid, ["Universal_ID"] = "u1", ["Employee_ID"] = "77", ["Preferred_First_Name"] = "Ada",
                ["Worker_Status"] = "Active", ["Worker_Type"] = type,
            }.ToJsonString());
        }

        Assert.Equal(
            [("w1", "u1", WorkerType.Contingent), ("w2", "u1", WorkerType.Employee)],
            (await FetchAsync(change: options => options.Words = new())).Items.Select(item => item.Record!.Facts).Select(facts => (facts.WorkerId, facts.PersonId!, facts.Type)));
    }

    [Fact]
    public async Task Refresh_token_gives_a_token_and_another_where_that_one_is_refused()
    {
        Put(Person.Pack[0]);
        using var pull = new WorkdayPull((WorkdaySourceOptions)WithRefreshToken(Options()), Clock);
        await pull.FetchAsync(Stream.Null, null, CancellationToken.None);
        Hr.RevokeTokens();

        Assert.Equal(1, (await pull.FetchAsync(Stream.Null, null, CancellationToken.None)).Rows);
        Assert.Equal(2, Hr.Calls.Count(call => call.Path == "/ccx/oauth2/corp/token"));
    }

    [Fact]
    public void Look_ahead_of_less_than_two_days_is_refused() =>
        Assert.Equal("lookAheadHours", Assert.Single(Changed(options => options.LookAheadHours = 47).Faults()).Path);

    protected override PullOptions Options(string address, SecretReference secret) => new WorkdaySourceOptions
    {
        Url = $"{address}/ccx/service/customreport2/corp/owner/workers",
        Auth = new() { User = "ISU@corp", Password = secret },
        SincePrompt = "Changed_Since",
        AllowPrivateAddresses = true,
        TimeZone = "Europe/Copenhagen",
        Sites = new() { ["PUN"] = "Asia/Kolkata" },
        Words = new() { Type = new() { ["Contingent Worker"] = "contractor" } },
    };

    internal override void Put(Person person) => Hr.Put(person.Id, new JsonObject
    {
        ["Worker_WID"] = person.Id,
        ["Preferred_First_Name"] = person.Given,
        ["Preferred_Last_Name"] = person.Family,
        ["Worker_Status"] = person.Left ? "Terminated" : "Active",
        ["ACTIVE"] = person.Left ? "0" : "1",
        ["Worker_Type"] = person.External ? "Contingent Worker" : "Employee",
        ["Hire_Date"] = Person.Iso(person.Start) + "-08:00",
        ["Contract_End_Date"] = person.ContractEnd is null ? null : Person.Iso(person.ContractEnd) + "-08:00",
        ["Termination_Date"] = person.Termination is null ? null : Person.Iso(person.Termination) + "-08:00",
        ["Business_Title"] = person.Title,
        ["Location"] = person.Site,
        ["Manager_WID"] = person.Manager,
        ["Work_Email"] = person.Email,
        ["Base_Pay"] = Person.Canaries[0],
        ["IBAN"] = Person.Canaries[1],
        ["SSN"] = Person.Canaries[2],
    }.ToJsonString());

    private WorkdaySourceOptions Changed(Action<WorkdaySourceOptions> change)
    {
        var options = (WorkdaySourceOptions)Options();
        change(options);
        return options;
    }

    private static WorkdaySourceOptions WithRefreshToken(PullOptions options)
    {
        var workday = (WorkdaySourceOptions)options;
        workday.Auth = new()
        {
            TokenUrl = workday.Url!.Replace("/ccx/service/customreport2/corp/owner/workers", "/ccx/oauth2/corp/token", StringComparison.Ordinal),
            ClientId = "bridge",
            ClientSecret = new SecretReference { Value = Secret },
            RefreshToken = new SecretReference { Value = "refresh" },
        };
        return workday;
    }
}
