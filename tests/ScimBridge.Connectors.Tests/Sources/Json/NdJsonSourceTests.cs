using System.Text;
using ScimBridge.Connectors.Sources;

namespace ScimBridge.Connectors.Tests.Sources.Json;

public sealed class NdJsonSourceTests
{
    [Fact]
    public async Task Line_that_is_no_object_is_a_fault_of_its_row_and_repeats_nothing()
    {
        var text = $"{JsonFeed.Ada}\r\n\n{{\"workerId\":\"8\",\"ssn\":\"CANARY\n[]\n{JsonFeed.Ada}{JsonFeed.Ada}\n{JsonFeed.Ada}";

        foreach (var items in new[]
                 {
                     await JsonFeed.ReadAsync(text, format: FeedFormat.NdJson), await JsonFeed.DripAsync(text, format: FeedFormat.NdJson),
                 })
        {
            Assert.Equal([1L, 6], items.Where(item => item.Record is not null).Select(item => item.Record!.Row));
            Assert.Equal([3L, 4, 5], items.Where(item => item.Fault is not null).Select(item => item.Fault!.Row));
            Assert.DoesNotContain(items, item => item.Fault?.ToString().Contains("CANARY", StringComparison.Ordinal) == true);
        }
    }

    [Fact]
    public async Task Line_above_a_mebibyte_is_a_fault_of_its_row()
    {
        var items = await JsonFeed.ReadAsync($"{JsonFeed.Ada}\n{{\"x\":\"{new string('x', 3 << 20)}\"}}\n{JsonFeed.Ada}\n", format: FeedFormat.NdJson);

        Assert.Equal("The line is longer than 1 MiB.", items[1].Fault!.Reason);
        Assert.Equal([1L, 3], items.Where(item => item.Record is not null).Select(item => item.Record!.Row));
    }

    [Fact]
    public async Task Bytes_that_are_no_utf_8_end_the_feed()
    {
        byte[] bytes = [.. Encoding.UTF8.GetBytes($"{JsonFeed.Ada}\n{{\"workerId\":\"8"), 0xFF, .. "\"}\n"u8];

        var fault = await Assert.ThrowsAsync<FeedException>(() => JsonFeed.ReadAsync(() => new MemoryStream(bytes), format: FeedFormat.NdJson));

        Assert.StartsWith("feed, line 2: the byte 0xFF", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feed_without_a_line_is_sound() => Assert.Empty(await JsonFeed.ReadAsync("", format: FeedFormat.NdJson));

    [Theory]
    [InlineData("text/csv; charset=utf-8", FeedFormat.Csv)]
    [InlineData("application/json", FeedFormat.Json)]
    [InlineData("application/x-ndjson", FeedFormat.NdJson)]
    [InlineData("application/octet-stream", null)]
    [InlineData(null, null)]
    public void Format_by_media_type(string? mediaType, FeedFormat? format) => Assert.Equal(format, FeedFormats.OfMediaType(mediaType));

    [Theory]
    [InlineData("workers.csv", FeedFormat.Csv)]
    [InlineData("workers.JSON.gz", FeedFormat.Json)]
    [InlineData("workers.ndjson", FeedFormat.NdJson)]
    [InlineData("workers.xlsx", null)]
    public void Format_by_file_name(string name, FeedFormat? format) => Assert.Equal(format, FeedFormats.OfFileName(name));
}
