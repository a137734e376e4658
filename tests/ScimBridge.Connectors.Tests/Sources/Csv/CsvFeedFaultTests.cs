using System.Text;
using ScimBridge.Connectors.Sources;

namespace ScimBridge.Connectors.Tests.Sources.Csv;

/// <summary>What ends a feed, and whether the message says where and why.</summary>
public sealed class CsvFeedFaultTests
{
    private const long Gibibyte = 1L << 30;

    [Fact]
    public async Task Missing_file_is_named()
    {
        var options = CsvFeed.Options();
        options.Path = Path.Combine(Path.GetTempPath(), "no-such-folder", "workers.csv");

        var fault = await Assert.ThrowsAsync<FeedException>(async () =>
        {
            await foreach (var item in SourceKinds.All["csv"].Open(options, null).ReadAsync(CancellationToken.None))
                Assert.Fail("There is nothing to read.");
        });

        Assert.Equal($"{options.Path} does not exist.", fault.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("\uFEFF")]
    public async Task Empty_file_is_a_fault(string text) =>
        Assert.Equal("feed.csv is empty: it has not even a header.", (await FaultAsync(text)).Message);

    [Fact]
    public async Task All_missing_columns_are_named_with_those_that_are_there()
    {
        var fault = await FaultAsync("id,first,familyName,state,kind,hired,until,left,site\n1,A,B,active,perm,,,,\n");

        Assert.StartsWith("feed.csv, line 1: the header lacks the mapped columns 'last', 'boss'. It has 'id', 'first', 'familyName',", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(';', ";")]
    [InlineData('\t', "\\t")]
    public async Task Wrong_delimiter_is_named(char delimiter, string shown) =>
        Assert.Equal(
            $"feed.csv, line 1: the columns are delimited by '{shown}'. Correct the delimiter of the source.",
            (await FaultAsync(CsvFeed.Header.Replace(',', delimiter))).Message);

    [Fact]
    public async Task Line_that_may_be_a_worker_is_not_repeated()
    {
        var message = (await FaultAsync("7,Ada,Lovelace,active,perm,,,,,,1815-12-10\n")).Message;

        Assert.StartsWith("feed.csv, line 1: no mapped column is among its 11: the first line has to be a header that names 'id',", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Lovelace", message, StringComparison.Ordinal);
        Assert.DoesNotContain("1815", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mapped_column_that_is_there_twice_is_a_fault() =>
        Assert.Equal("feed.csv, line 1: the header has the mapped column 'id' more than once.", (await FaultAsync(CsvFeed.Header + ", id ")).Message);

    [Fact]
    public async Task Unmapped_columns_may_have_any_name() => Assert.Empty(await CsvFeed.ReadAsync(CsvFeed.Header + ",born,,"));

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task Byte_that_is_not_in_the_encoding_is_named_with_line_and_offset(string lineEnd)
    {
        var head = Encoding.UTF8.GetBytes($"{CsvFeed.Header}{lineEnd}1,Zoë,B,active,perm,,,,,,{lineEnd}2,Zo");
        byte[] bytes = [.. head, 0xEB, .. Encoding.UTF8.GetBytes($",B,active,perm,,,,,,{lineEnd}")];

        var fault = await Assert.ThrowsAsync<FeedException>(() => CsvFeed.ReadAsync(bytes));

        Assert.StartsWith($"feed.csv, line 3: the byte 0xEB at offset {head.Length} is not utf-8.", fault.Message, StringComparison.Ordinal);
        Assert.Equal(fault.Message, (await Assert.ThrowsAsync<FeedException>(() => CsvFeed.ReadAsync(() => new DrippingStream(bytes)))).Message);
    }

    [Fact]
    public async Task Character_cut_by_the_end_of_the_file_is_a_fault()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes($"{CsvFeed.Header}\n1,Zo"), 0xC3];

        Assert.Contains($"line 2: the byte 0xC3 at offset {bytes.Length - 1}", (await Assert.ThrowsAsync<FeedException>(() => CsvFeed.ReadAsync(bytes))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_in_utf_16_read_as_utf_8_gets_a_hint()
    {
        byte[] bytes = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(CsvFeed.Header)];

        Assert.EndsWith("It begins like utf-16.", (await Assert.ThrowsAsync<FeedException>(() => CsvFeed.ReadAsync(bytes))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Broken_utf_16_is_a_fault_with_its_place()
    {
        var options = CsvFeed.Options();
        options.Encoding = "utf-16";
        var head = Encoding.Unicode.GetBytes($"{CsvFeed.Header}\n1,A");
        byte[] bytes = [.. head, 0x00, 0xD8, .. Encoding.Unicode.GetBytes(",B\n")];

        var fault = await Assert.ThrowsAsync<FeedException>(() => CsvFeed.ReadAsync(bytes, options));

        Assert.StartsWith($"feed.csv, line 2: the byte 0x00 at offset {head.Length} is not utf-16.", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData('x')]
    [InlineData(',')]
    public async Task Line_of_a_gibibyte_is_a_fault_and_not_a_gibibyte_of_memory(char filler)
    {
        var beginning = Encoding.UTF8.GetBytes($"{CsvFeed.Header}\n1,A,B,active,perm,,,,,,\n2,");
        var before = GC.GetTotalAllocatedBytes(precise: true);

        var fault = await Assert.ThrowsAsync<FeedException>(() => CsvFeed.ReadAsync(() => new EndlessStream(beginning, (byte)filler, Gibibyte)));

        Assert.StartsWith("feed.csv, line 3: a record of more than 1 MiB begins here:", fault.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 256L << 20);
    }

    [Fact]
    public async Task Quote_that_is_never_closed_in_a_long_file_is_a_fault_that_names_its_line()
    {
        var beginning = Encoding.UTF8.GetBytes($"{CsvFeed.Header}\n1,A,B,active,perm,,,,,,\n2,\"A");

        var fault = await Assert.ThrowsAsync<FeedException>(() => CsvFeed.ReadAsync(() => new EndlessStream(beginning, (byte)'\n', Gibibyte)));

        Assert.StartsWith("feed.csv, line 3:", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Header_with_broken_quotes_is_a_fault() =>
        Assert.Contains("quotes of the header", (await FaultAsync($"\"id\"x,{CsvFeed.Header}\n")).Message, StringComparison.Ordinal);

    private static Task<FeedException> FaultAsync(string text) => Assert.ThrowsAsync<FeedException>(() => CsvFeed.ReadAsync(text));
}
