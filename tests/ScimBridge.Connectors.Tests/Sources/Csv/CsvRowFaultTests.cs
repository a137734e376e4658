namespace ScimBridge.Connectors.Tests.Sources.Csv;

/// <summary>What makes a row a fault, while the rows around it go through.</summary>
public sealed class CsvRowFaultTests
{
    [Theory]
    [InlineData("7,A,B,active", null, "7", "The row is too short: it has 4 fields, the header has 11.")]
    [InlineData("7,A,B,active,perm,,,,,,,x", null, "7", "The row is too long: it has 12 fields, the header has 11.")]
    [InlineData(",A,B,active,perm,,,,,,", "id", null, "workerId is required and empty.")]
    [InlineData("7, ,B,active,perm,,,,,,", "first", "7", "givenName is required and empty.")]
    [InlineData("7,A,B,,perm,,,,,,", "state", "7", "status is required and empty.")]
    [InlineData("7,A,B,Gone fishing,perm,,,,,,", "state", "7", "The status 'Gone fishing' is not mapped: add it to words.status of the source.")]
    [InlineData("7,A,B,active,,,,,,,", "kind", "7", "type is required and empty.")]
    [InlineData("7,A,B,active,board,,,,,,", "kind", "7", "The type 'board' is not mapped: add it to words.type of the source.")]
    [InlineData("7,A,B,active,perm,2024-02-30,,,,,", "hired", "7", "'2024-02-30' is no date in the format yyyy-MM-dd.")]
    [InlineData("7,A,B,active,perm,,,31/12/2024,,,", "left", "7", "'31/12/2024' is no date in the format yyyy-MM-dd.")]
    [InlineData("7,A\"A,B,active,perm,,,,,,", null, "7", "The quotes do not pair up: a field that contains a quote stands in quotes, with the quote doubled (RFC 4180).")]
    [InlineData("7,\"A\"A,B,active,perm,,,,,,", null, "7", "The quotes do not pair up: a field that contains a quote stands in quotes, with the quote doubled (RFC 4180).")]
    public async Task Faulty_row_is_named_and_its_neighbours_go_through(string row, string? column, string? workerId, string reason)
    {
        var items = await CsvFeed.ReadAsync($"{CsvFeed.Header}\n1,A,B,active,perm,,,,,,\n{row}\n9,A,B,active,perm,,,,,,\n");

        Assert.Equal(3, items.Count);
        var fault = items[1].Fault!;
        Assert.Null(items[1].Record);
        Assert.Equal((3, column, workerId, reason), (fault.Row, fault.Column, fault.WorkerId, fault.Reason));
        Assert.Equal(["1", "9"], new[] { items[0], items[2] }.Select(item => item.Record!.Facts.WorkerId));
    }

    [Theory]
    [InlineData("7,A,B,active,ext.,,,,,,")]
    [InlineData("7,A,B,left,perm,2024-03-02,,2024-03-01,,,")]
    public async Task What_fields_say_together_is_not_for_the_reader_to_judge(string row) =>
        Assert.Equal("7", (await CsvFeed.ReadOneAsync(row)).Facts.WorkerId);

    [Fact]
    public async Task Unknown_zone_is_a_fault()
    {
        var options = CsvFeed.Options();
        options.Columns["timeZone"] = "born";

        var fault = Assert.Single(await CsvFeed.ReadAsync($"{CsvFeed.Header}\n7,A,B,active,perm,,,,,,Mars/Olympus\n", options)).Fault!;

        Assert.Equal(("born", "'Mars/Olympus' is no IANA time zone."), (fault.Column, fault.Reason));
    }

    [Fact]
    public async Task Date_that_two_formats_read_differently_is_never_guessed()
    {
        var options = CsvFeed.Options();
        options.DateFormat = ["dd/MM/yyyy", "MM/dd/yyyy"];

        var items = await CsvFeed.ReadAsync($"{CsvFeed.Header}\n1,A,B,active,perm,03/04/2024,,,,,\n2,A,B,active,perm,03/03/2024,,,,,\n3,A,B,active,perm,25/12/2024,,,,,\n", options);

        Assert.Equal("'03/04/2024' is read differently by two of the declared date formats.", items[0].Fault!.Reason);
        Assert.Equal([3, 4], items.Skip(1).Select(item => item.Record!.Row));
    }

    [Theory]
    [InlineData("")]
    [InlineData("5,\"A\",B,active,perm,,,,,,\n")]
    public async Task Quote_that_nobody_closed_costs_its_own_line_and_no_other(string quotedLater)
    {
        var items = await CsvFeed.ReadAsync(
            $"{CsvFeed.Header}\n1,A,B,active,perm,,,,,,\n2,\"A,B,active,perm,,,,,,\n3,A,B,active,perm,,,,,,\n4,A,B,active,perm,,,,,,\n{quotedLater}");

        Assert.Equal(3, Assert.Single(items, item => item.Fault is not null).Fault!.Row);
        Assert.Equal(quotedLater.Length == 0 ? [2L, 4, 5] : [2L, 4, 5, 6], items.Where(item => item.Record is not null).Select(item => item.Record!.Row));
    }

    [Theory]
    [InlineData("7,A,B,078-05-1120,perm,,,,,,", "The status (not shown) is not mapped: add it to words.status of the source.")]
    [InlineData("7,A,B,active,DK5000400440116243,,,,,,", "The type (not shown) is not mapped: add it to words.type of the source.")]
    [InlineData("7,A,B,active,perm,DK5000400440116243,,,,,", "(not shown) is no date in the format yyyy-MM-dd.")]
    public async Task Number_that_slipped_into_the_place_of_a_code_is_not_repeated(string row, string reason) =>
        Assert.Equal(reason, Assert.Single(await CsvFeed.ReadAsync($"{CsvFeed.Header}\n{row}\n")).Fault!.Reason);

    [Fact]
    public async Task Long_value_is_shortened_in_the_message()
    {
        var fault = Assert.Single(await CsvFeed.ReadAsync($"{CsvFeed.Header}\n7,A,B,{new string('x', 500)},perm,,,,,,\n")).Fault!;

        Assert.InRange(fault.Reason.Length, 1, 120);
    }
}
