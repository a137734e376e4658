using System.Text;
using NodaTime;
using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Sources.Csv;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Tests.Sources.Csv;

public sealed class CsvSourceTests
{
    [Fact]
    public async Task Sound_row_gives_the_canonical_facts()
    {
        var record = await CsvFeed.ReadOneAsync("7, Søren ,\"Kierkegaard, \"\"SK\"\"\",active,PERM,2024-03-01,,,PUN,,1813-05-05");

        Assert.Equal(
            new WorkerFacts
            {
                WorkerId = "7",
                EmployeeNumber = "7",
                GivenName = "Søren",
                FamilyName = "Kierkegaard, \"SK\"",
                Status = EmploymentStatus.Active,
                Type = WorkerType.Employee,
                StartDate = new LocalDate(2024, 3, 1),
                Location = "PUN",
                TimeZone = "Asia/Kolkata",
            },
            record.Facts);
        Assert.Equal(2, record.Row);
        Assert.Matches("^[0-9a-f]{64}$", record.Hash);
    }

    [Fact]
    public async Task Sample_of_a_thousand_workers_reads_without_a_fault()
    {
        var options = new CsvSourceOptions
        {
            Path = Path.Combine(AppContext.BaseDirectory, "Sources", "Csv", "workers-1000.csv"),
            TimeZone = "America/Los_Angeles",
            Columns = new()
            {
                ["workerId"] = "employeeId",
                ["givenName"] = "givenName",
                ["familyName"] = "familyName",
                ["startDate"] = "hireDate",
                ["terminationDate"] = "terminationDate",
                ["status"] = "status",
                ["department"] = "department",
                ["departmentCode"] = "departmentId",
                ["title"] = "title",
                ["managerId"] = "managerId",
            },
            Constants = new() { ["type"] = "employee" },
        };

        var items = new List<FeedItem>();
        await foreach (var item in SourceKinds.All["csv"].Open(options, null).ReadAsync(CancellationToken.None))
            items.Add(item);

        Assert.DoesNotContain(items, item => item.Fault is not null);
        Assert.Equal(999, items.Count);
        Assert.Equal(882, items.Count(item => item.Record!.Facts.Status == EmploymentStatus.Active));
        Assert.Equal(117, items.Count(item => item.Record!.Facts.Status == EmploymentStatus.Terminated));
        Assert.All(items, item => Assert.Equal(item.Record!.Facts.Status == EmploymentStatus.Terminated, item.Record.Facts.TerminationDate is not null));
        Assert.Equal(999, items.Select(item => item.Record!.Hash).Distinct(StringComparer.Ordinal).Count());
        Assert.True(items.Zip(items.Skip(1)).All(pair => pair.First.Position < pair.Second.Position));
        Assert.InRange(new FileInfo(options.Path).Length - items[^1].Position, 0, 2);
    }

    [Fact]
    public async Task Header_without_rows_has_no_items() => Assert.Empty(await CsvFeed.ReadAsync(CsvFeed.Header));

    [Fact]
    public async Task Terminated_without_a_date_is_accepted() =>
        Assert.Equal(EmploymentStatus.Terminated, (await CsvFeed.ReadOneAsync("7,A,B,left,perm,,,,,,")).Facts.Status);

    [Fact]
    public async Task Active_with_a_termination_in_the_past_is_handed_on() =>
        Assert.Equal(new LocalDate(2001, 1, 1), (await CsvFeed.ReadOneAsync("7,A,B,active,perm,,,2001-01-01,,,")).Facts.TerminationDate);

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-8", false)]
    [InlineData("utf-16", true)]
    [InlineData("windows-1252", false)]
    [InlineData("iso-8859-1", false)]
    public async Task Declared_encoding_is_read_with_or_without_a_byte_order_mark(string name, bool mark)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        var options = CsvFeed.Options();
        options.Encoding = name;
        var bytes = (mark ? encoding.GetPreamble() : []).Concat(encoding.GetBytes($"{CsvFeed.Header}\r\n7,Zoë,Ærø,PÅ ORLOV,perm,,,,,,\r\n")).ToArray();

        var facts = Assert.Single(await CsvFeed.ReadAsync(bytes, options)).Record!.Facts;

        Assert.Equal(("Zoë", "Ærø", EmploymentStatus.OnLeave), (facts.GivenName, facts.FamilyName, facts.Status));
    }

    [Fact]
    public async Task Characters_cut_by_the_edge_of_a_read_are_put_together()
    {
        var row = "7,名,Ω𝔘é,active,perm,,,,,,";
        var bytes = Encoding.UTF8.GetBytes($"{CsvFeed.Header}\n{row}\n");

        var facts = Assert.Single(await CsvFeed.ReadAsync(() => new DrippingStream(bytes))).Record!.Facts;

        Assert.Equal(("名", "Ω𝔘é"), (facts.GivenName, facts.FamilyName));
    }

    [Fact]
    public async Task Other_delimiter_and_date_formats_are_read()
    {
        var options = CsvFeed.Options();
        options.Delimiter = ";";
        options.DateFormat = ["dd.MM.yyyy", "yyyyMMdd"];

        var record = await CsvFeed.ReadOneAsync("7;A;B,C;active;ext.;24.12.2024;20261231;;;;", options, CsvFeed.Header.Replace(',', ';'));

        Assert.Equal("B,C", record.Facts.FamilyName);
        Assert.Equal((new LocalDate(2024, 12, 24), new LocalDate(2026, 12, 31)), (record.Facts.StartDate, record.Facts.ContractEndDate));
    }

    [Fact]
    public async Task Constant_feeds_a_field_that_no_column_feeds()
    {
        var options = CsvFeed.Options();
        options.Columns.Remove("type");
        options.Columns.Remove("contractEndDate");
        options.Constants = new() { ["type"] = "contractor", ["contractEndDate"] = "2030-06-30", ["company"] = "Corp A/S", ["timeZone"] = "Asia/Tokyo" };
        options.DateFormat = ["M/d/yyyy"];

        var facts = (await CsvFeed.ReadOneAsync("7,A,B,active,nonsense,1/2/2024,,,PUN,,", options)).Facts;

        Assert.Equal((WorkerType.Contractor, new LocalDate(2030, 6, 30), "Corp A/S"), (facts.Type, facts.ContractEndDate!.Value, facts.Company));
        Assert.Equal("Asia/Tokyo", facts.TimeZone);
    }

    [Fact]
    public async Task Canonical_words_stand_for_themselves_where_no_words_are_declared()
    {
        var options = CsvFeed.Options();
        options.Words = new();

        Assert.Equal(EmploymentStatus.GardenLeave, (await CsvFeed.ReadOneAsync("7,A,B,gardenLeave,employee,,,,,,", options)).Facts.Status);
    }

    [Fact]
    public async Task Zone_is_the_rows_own_then_the_sites_then_the_sources()
    {
        var options = CsvFeed.Options();
        options.Columns["timeZone"] = "born";

        Assert.Equal("Asia/Tokyo", (await CsvFeed.ReadOneAsync("7,A,B,active,perm,,,,PUN,,Asia/Tokyo", options)).Facts.TimeZone);
        Assert.Equal("Asia/Kolkata", (await CsvFeed.ReadOneAsync("7,A,B,active,perm,,,,pun,,", options)).Facts.TimeZone);
        Assert.Equal("Europe/Copenhagen", (await CsvFeed.ReadOneAsync("7,A,B,active,perm,,,,XXX,,", options)).Facts.TimeZone);
    }

    [Fact]
    public async Task Line_numbers_are_those_of_an_editor()
    {
        var items = await CsvFeed.ReadAsync($"{CsvFeed.Header}\n\n1,\"A\nA\",B,active,perm,,,,,,\n\n2,A,B,active,perm,,,,,,\n");

        Assert.Equal([3, 6], items.Select(item => item.Record!.Row));
        Assert.Equal("A\nA", items[0].Record!.Facts.GivenName);
    }

    [Fact]
    public async Task Reading_stops_when_it_is_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var bytes = Encoding.UTF8.GetBytes(CsvFeed.Header + string.Concat(Enumerable.Repeat("\n1,A,B,active,perm,,,,,,", 100_000)));
        var source = SourceKinds.All["csv"].Open(CsvFeed.Options(), new FeedFile(() => new MemoryStream(bytes), "feed.csv"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var item in source.ReadAsync(cancel.Token))
                await cancel.CancelAsync();
        });
    }

    [Fact]
    public void Kind_is_listed_and_opens_a_handed_in_batch()
    {
        var kind = SourceKinds.All["csv"];
        var options = (IConnectorOptions)System.Text.Json.JsonSerializer.Deserialize(
            """
            { "timeZone": "Europe/Copenhagen", "dateFormat": "dd-MM-yyyy",
              "columns": { "workerId": "id", "givenName": "first", "status": "state" }, "constants": { "type": "employee" },
              "words": { "status": { "A": "active" } } }
            """,
            kind.OptionsType,
            System.Text.Json.JsonSerializerOptions.Web)!;

        Assert.Empty(options.Faults());
        Assert.NotNull(kind.Open(options, new FeedFile(() => Stream.Null, "batch 1")));
        Assert.Throws<FeedException>(() => kind.Open(options, null));
    }
}
