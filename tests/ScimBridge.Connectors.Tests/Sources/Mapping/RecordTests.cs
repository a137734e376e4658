using NodaTime;
using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Sources.Csv;
using ScimBridge.Connectors.Tests.Sources.Csv;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Tests.Sources.Mapping;

/// <summary>What becomes of the fields of a record, whichever way in brought it.</summary>
public sealed class RecordTests
{
    private const string Required = "workerId,givenName,status,type";

    [Fact]
    public async Task Canonical_names_stand_for_themselves_where_no_columns_are_declared()
    {
        var record = await OneAsync(
            $"{Required},personId,legalGivenName,legalFamilyName,jobCode,positionId,primary,terminationType,revokeNow,leaveType,leaveStart,leaveEnd",
            "7,Ada,active,employee,p1,Augusta,King,J1,P1,yes,retirement,false,parental,2026-03-01,2026-09-30");

        Assert.Equal(
            new WorkerFacts
            {
                WorkerId = "7", EmployeeNumber = "7", GivenName = "Ada", Status = EmploymentStatus.Active, Type = WorkerType.Employee,
                TimeZone = "Europe/Copenhagen", PersonId = "p1", LegalGivenName = "Augusta", LegalFamilyName = "King", JobCode = "J1",
                PositionId = "P1", Primary = true, TerminationType = TerminationType.Retirement, RevokeNow = false,
                LeaveType = LeaveType.Parental, LeaveStart = new LocalDate(2026, 3, 1), LeaveEnd = new LocalDate(2026, 9, 30),
            },
            record.Facts);
        Assert.Null(record.Stated);
        Assert.Equal((RecordKind.Change, null, null, null), (record.Kind, record.EffectiveFrom, record.Sequence, record.RecordId));
    }

    [Fact]
    public async Task What_a_record_says_about_itself_stands_beside_the_facts()
    {
        var record = await OneAsync(
            $"{Required},effectiveFrom,sequence,recordId,recordKind", "7,Ada,active,employee,2026-04-01,2026-03-01T00:00:00Z,r9,correction");

        Assert.Equal(
            (RecordKind.Correction, new LocalDate(2026, 4, 1), 1_772_323_200_000_000L, "r9"),
            (record.Kind, record.EffectiveFrom!.Value, record.Sequence!.Value, record.RecordId));
    }

    [Theory]
    [InlineData("7,,,,2026-04-01,,rescind", true)]
    [InlineData("7,,nonsense,,,r9,rescind", true)]
    [InlineData("7,Ada,active,employee,,,rescind", false)]
    [InlineData(",Ada,active,employee,,r9,rescind", false)]
    public async Task Rescission_names_what_it_takes_back_and_nothing_else_counts(string row, bool sound)
    {
        var item = await ItemAsync($"{Required},effectiveFrom,recordId,recordKind", row);

        Assert.Equal(sound, item.Record is not null);
        if (sound)
            Assert.Equal((RecordKind.Rescind, "7", ""), (item.Record!.Kind, item.Record.Facts.WorkerId, item.Record.Facts.GivenName));
    }

    [Theory]
    [InlineData("recordKind", "deleted", "The recordKind 'deleted' is not mapped: add it to words.kind of the source.")]
    [InlineData("leaveType", "burnout", "The leaveType 'burnout' is not mapped: add it to words.leaveType of the source.")]
    [InlineData("terminationType", "other", "The terminationType 'other' is not mapped: add it to words.terminationType of the source.")]
    [InlineData("primary", "perhaps", "'perhaps' is neither true nor false.")]
    [InlineData("sequence", "last", "'last' is neither a whole number nor an instant as 2026-03-01T09:30:00Z is.")]
    [InlineData("leaveEnd", "soon", "'soon' is no date in the format yyyy-MM-dd.")]
    [InlineData("effectiveFrom", "soon", "'soon' is no date in the format yyyy-MM-dd.")]
    public async Task Value_that_is_not_understood_is_a_fault_and_no_default(string column, string value, string reason)
    {
        var fault = (await ItemAsync($"{Required},{column}", $"7,Ada,active,employee,{value}")).Fault!;

        Assert.Equal((column, reason), (fault.Column, fault.Reason));
    }

    [Fact]
    public async Task Words_of_every_section_are_the_sources()
    {
        var options = Options();
        options.Words.Kind["Slettet"] = "rescind";
        options.Words.Kind["Ny"] = "new";
        options.Words.LeaveType["Barsel"] = "parental";
        options.Words.TerminationType["Egen opsigelse"] = "voluntary";

        var record = await OneAsync($"{Required},recordKind,leaveType,terminationType", "7,Ada,active,employee,NY,barsel,egen opsigelse", options);

        Assert.Equal(
            (RecordKind.New, LeaveType.Parental, TerminationType.Voluntary),
            (record.Kind, record.Facts.LeaveType!.Value, record.Facts.TerminationType!.Value));
    }

    [Fact]
    public async Task Zone_is_the_records_then_the_sites_then_the_employers_then_the_sources()
    {
        var options = Options();
        options.Sites["PUN"] = "Asia/Kolkata";
        options.Employers["Corp AS"] = "Europe/Oslo";

        Assert.Equal("Asia/Tokyo", await ZoneAsync("PUN,Corp AS,Asia/Tokyo"));
        Assert.Equal("Asia/Kolkata", await ZoneAsync("pun,Corp AS,"));
        Assert.Equal("Europe/Oslo", await ZoneAsync("XXX,corp as,"));
        Assert.Equal("Europe/Copenhagen", await ZoneAsync("XXX,Other,"));

        async Task<string> ZoneAsync(string places) =>
            (await OneAsync($"{Required},location,company,timeZone", $"7,Ada,active,employee,{places}", options)).Facts.TimeZone;
    }

    [Fact]
    public async Task Partial_record_states_what_it_has_and_clears_what_is_empty()
    {
        var options = Options();
        options.Partial = true;

        var record = await OneAsync("workerId,title,managerId", "7,Countess,", options);

        var stated = record.Stated!.Value;
        Assert.Equal(3, stated.Count);
        Assert.True(stated.Has(WorkerField.WorkerId) && stated.Has(WorkerField.Title) && stated.Has(WorkerField.ManagerId));
        Assert.Equal(("Countess", null, ""), (record.Facts.Title, record.Facts.ManagerId, record.Facts.GivenName));
    }

    [Theory]
    [InlineData("givenName")]
    [InlineData("status")]
    [InlineData("type")]
    public async Task Partial_record_cannot_clear_what_is_required(string column)
    {
        var options = Options();
        options.Partial = true;

        Assert.Equal($"{column} is required and empty.", (await ItemAsync($"workerId,{column}", "7,", options)).Fault!.Reason);
    }

    [Theory]
    [InlineData("location", "PUN", "Asia/Kolkata")]
    [InlineData("location", "XXX", null)]
    [InlineData("company", "Corp AS", null)]
    [InlineData("location,company", "XXX,Corp AS", "Europe/Oslo")]
    [InlineData("title", "Countess", null)]
    public async Task Partial_record_states_the_zone_that_its_site_leads_to(string columns, string values, string? zone)
    {
        var options = Options();
        options.Partial = true;
        options.Sites["PUN"] = "Asia/Kolkata";
        options.Employers["Corp AS"] = "Europe/Oslo";

        var record = await OneAsync("workerId," + columns, "7," + values, options);

        Assert.Equal(zone is not null, record.Stated!.Value.Has(WorkerField.TimeZone));
        Assert.Equal(zone, record.Stated!.Value.Has(WorkerField.TimeZone) ? record.Facts.TimeZone : null);
    }

    [Fact]
    public async Task Hash_tells_cleared_from_left_out()
    {
        var options = Options();
        options.Partial = true;

        Assert.NotEqual((await OneAsync("workerId,title", "7,", options)).Hash, (await OneAsync("workerId", "7", options)).Hash);
        Assert.Equal(
            (await OneAsync($"{Required},title", "7,Ada,active,employee,")).Hash, (await OneAsync(Required, "7,Ada,active,employee")).Hash);
    }

    [Fact]
    public async Task Row_tells_its_worker_and_hash_before_a_record_is_made_of_it_and_they_are_the_record_s()
    {
        var plain = await ItemAsync(Required, " Zoe\u0308-7 ,Ada,active,employee");
        var wrong = await ItemAsync(Required, "7,Ada,nonsense,employee");
        var unnamed = await ItemAsync(Required, ",Ada,active,employee");

        Assert.Equal(("Zoë-7", plain.Record!.Hash, 2), (plain.WorkerId, plain.Hash, plain.Row));
        Assert.Equal(plain.WorkerId, plain.Record.Facts.WorkerId);
        Assert.Equal(("7", "7", 2), (wrong.WorkerId, wrong.Fault!.WorkerId, wrong.Fault.Row));
        Assert.NotNull(wrong.Hash);
        Assert.Null(unnamed.WorkerId);
        Assert.NotNull(unnamed.Fault);
    }

    [Fact]
    public async Task Row_that_tells_of_a_person_is_about_the_person_and_not_about_the_worker_alone()
    {
        Assert.Null((await ItemAsync(Required + ",personId", "7,Ada,active,employee,p1")).WorkerId);
        Assert.Equal("7", (await ItemAsync(Required + ",personId", "7,Ada,active,employee,")).WorkerId);

        var options = Options();
        options.Constants["personId"] = "p1";
        Assert.Null((await ItemAsync(Required, "7,Ada,active,employee", options)).WorkerId);
    }

    [Fact]
    public async Task Rows_may_be_made_records_of_in_any_order()
    {
        var items = await CsvFeed.ReadAsync(
            $"{Required},title\n1,Ada,active,employee,Countess\n2,Bob,nonsense,employee,\n3,Cy,active,contractor,Clerk\n", Options());

        var (third, second, first) = (items[2].Record!, items[1].Fault!, items[0].Record!);

        Assert.Equal(("3", "Cy", "Clerk", 4), (third.Facts.WorkerId, third.Facts.GivenName, third.Facts.Title, third.Row));
        Assert.Equal(("2", "status", 3), (second.WorkerId, second.Column, second.Row));
        Assert.Equal(("1", "Ada", "Countess", 2), (first.Facts.WorkerId, first.Facts.GivenName, first.Facts.Title, first.Row));
    }

    [Fact]
    public async Task Same_name_in_another_spelling_of_unicode_is_the_same_name() =>
        Assert.Equal("Zoë", (await OneAsync(Required, "7,Zoe\u0308,active,employee")).Facts.GivenName);

    private static CsvSourceOptions Options() => new() { TimeZone = "Europe/Copenhagen" };

    private static async Task<HrRecord> OneAsync(string header, string row, CsvSourceOptions? options = null)
    {
        var item = await ItemAsync(header, row, options);
        Assert.Null(item.Fault);
        return item.Record!;
    }

    private static async Task<FeedItem> ItemAsync(string header, string row, CsvSourceOptions? options = null) =>
        Assert.Single(await CsvFeed.ReadAsync($"{header}\n{row}\n", options ?? Options()));
}
