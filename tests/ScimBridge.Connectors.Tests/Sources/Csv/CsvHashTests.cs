using ScimBridge.Connectors.Sources.Csv;

namespace ScimBridge.Connectors.Tests.Sources.Csv;

public sealed class CsvHashTests
{
    private const string Row = "7,A,B,active,perm,2024-03-01,,,PUN,3,1990-01-01";

    [Fact]
    public async Task Same_row_has_the_same_hash() => Assert.Equal(await HashAsync(Row), await HashAsync(Row));

    [Theory]
    [InlineData("7,A,B,active,perm,2024-03-01,,,PUN,3,1990-12-31")]
    [InlineData(" 7 ,\"A\",B ,active,perm,2024-03-01,,,PUN,3,")]
    public async Task What_is_not_mapped_and_how_it_is_quoted_does_not_count(string row) => Assert.Equal(await HashAsync(Row), await HashAsync(row));

    [Theory]
    [InlineData("7,A,B,active,perm,2024-03-01,,,PUN,4,1990-01-01")]
    [InlineData("7,AB,,active,perm,2024-03-01,,,PUN,3,1990-01-01")]
    [InlineData("7,A,B,active,perm,,,2024-03-01,PUN,3,1990-01-01")]
    [InlineData("7,A,B,active,perm,2024-03-01,,,,3,1990-01-01")]
    public async Task Any_mapped_value_counts_and_so_does_its_place(string row) => Assert.NotEqual(await HashAsync(Row), await HashAsync(row));

    [Fact]
    public async Task Value_cannot_pretend_to_be_two() =>
        Assert.NotEqual(
            await HashAsync("7,A\0\0\0\0B,,active,perm,,,,,,"),
            await HashAsync("7,A,B\0\0\0\0,active,perm,,,,,,"));

    [Fact]
    public async Task What_the_declaration_makes_of_a_row_counts()
    {
        await AssertChangesAsync(options => options.TimeZone = "Europe/Oslo");
        await AssertChangesAsync(options => options.Sites["PUN"] = "Asia/Colombo");
        await AssertChangesAsync(options => options.Words.Status["Active"] = "onLeave");
        await AssertChangesAsync(options => options.Words.Type["Perm"] = "intern");
        await AssertChangesAsync(options => options.Constants["company"] = "Corp A/S");
        await AssertChangesAsync(options => options.DateFormat = ["yyyy-MM-dd", "yyyyMMdd"]);
        await AssertChangesAsync(options => options.Columns.Remove("location"), options => options.Sites.Clear());
        await AssertChangesAsync(options => options.Partial = true);
        await AssertChangesAsync(options => options.Words.LeaveType["Orlov"] = "parental");
        await AssertChangesAsync(options => options.Columns["company"] = "born", options => options.Employers["1990-01-01"] = "Europe/Oslo");
    }

    [Fact]
    public async Task Where_the_file_lies_does_not_count()
    {
        var options = CsvFeed.Options();
        options.Path = "elsewhere.csv";

        Assert.Equal(await HashAsync(Row), await HashAsync(Row, options));
    }

    private static async Task AssertChangesAsync(params Action<CsvSourceOptions>[] changes)
    {
        var options = CsvFeed.Options();
        foreach (var change in changes)
            change(options);
        Assert.NotEqual(await HashAsync(Row), await HashAsync(Row, options));
    }

    // Installations keep the hashes of what they have read: another one for the same row would make news of a whole company.
    [Fact]
    public async Task Hash_of_a_row_under_a_declaration_stays_what_it_was() => Assert.StartsWith(
        "dfe22ff644dfed78478ee98b0813ca1645b62054f", await HashAsync(Row), StringComparison.Ordinal);

    private static async Task<string> HashAsync(string row, CsvSourceOptions? options = null) => (await CsvFeed.ReadOneAsync(row, options)).Hash;
}
