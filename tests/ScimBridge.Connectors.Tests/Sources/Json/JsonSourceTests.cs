using System.IO.Compression;
using System.Text;
using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Tests.Sources.Csv;

namespace ScimBridge.Connectors.Tests.Sources.Json;

public sealed class JsonSourceTests
{
    [Theory]
    [InlineData("[{0}]")]
    [InlineData("  [ {0} ]  ")]
    [InlineData("""{{"workers":[{0}]}}""")]
    [InlineData("""{{"meta":{{"workers":[1],"list":[[],{{"workers":[2]}}]}},"workers":[{0}],"total":1}}""")]
    public async Task List_is_found_wherever_it_stands(string document)
    {
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, document, JsonFeed.Ada);

        Assert.Equal("7", Assert.Single(await JsonFeed.ReadAsync(text)).Record!.Facts.WorkerId);
        Assert.Equal("7", Assert.Single(await JsonFeed.DripAsync(text)).Record!.Facts.WorkerId);
    }

    [Fact]
    public async Task List_at_a_declared_path_is_read_and_no_other()
    {
        var options = JsonFeed.Options();
        options.Items = "data.people";

        var items = await JsonFeed.ReadAsync("""{"people":[1,2],"data":{"count":1,"people":[ADA]},"data2":{"people":[3]}}""".Replace("ADA", JsonFeed.Ada, StringComparison.Ordinal), options);

        Assert.Equal("7", Assert.Single(items).Record!.Facts.WorkerId);
    }

    [Theory]
    [InlineData("", "feed is empty.")]
    [InlineData("{}", "feed has no list of records at its top, and none at workers.")]
    [InlineData("""{"workers":5,"others":[1]}""", "feed has no list of records at its top, and none at workers.")]
    [InlineData("""[{"workerId":"7"}""", "feed is no sound JSON: it breaks off or is malformed near byte 17.")]
    [InlineData("""[{"workerId":"7"}] x""", "feed is no sound JSON: it breaks off or is malformed near byte 17.")]
    [InlineData("""[{"workerId":"7"},{"workerId":"SECRET}]""", "feed is no sound JSON: it breaks off or is malformed near byte 17.")]
    public async Task Document_that_is_not_sound_is_refused_before_anything_is_read(string text, string message)
    {
        var fault = await Assert.ThrowsAsync<FeedException>(() => JsonFeed.ReadAsync(text));

        Assert.Equal(message, fault.Message);
    }

    [Fact]
    public async Task Element_that_is_no_object_is_a_fault_of_its_row()
    {
        var items = await JsonFeed.ReadAsync($"[{JsonFeed.Ada},17,null,[{JsonFeed.Ada}],{JsonFeed.Ada}]");

        Assert.Equal([2L, 3, 4], items.Where(item => item.Fault is not null).Select(item => item.Fault!.Row));
        Assert.All(items.Where(item => item.Fault is not null), item => Assert.Equal("The record is no JSON object.", item.Fault!.Reason));
        Assert.Equal(2, items.Count(item => item.Record is not null));
    }

    [Fact]
    public async Task Record_above_a_mebibyte_ends_the_document()
    {
        var beginning = Encoding.UTF8.GetBytes("""[{"workerId":"7","about":" """);

        var fault = await Assert.ThrowsAsync<FeedException>(() => JsonFeed.ReadAsync(() => new EndlessStream(beginning, (byte)'x', 1L << 30)));

        Assert.Equal("feed: a record of more than 1 MiB begins at byte 1.", fault.Message);
    }

    [Fact]
    public async Task Long_document_is_not_held()
    {
        var text = "[" + string.Join(',', Enumerable.Range(0, 20_000).Select(i => JsonFeed.Ada.Replace("\"7\"", $"\"{i}\"", StringComparison.Ordinal))) + "]";

        var items = await JsonFeed.ReadAsync(text);

        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => $"{i}"), items.Select(item => item.Record!.Facts.WorkerId));
        Assert.Equal(text.Length - 1, items[^1].Position);
    }

    [Theory]
    [InlineData(FeedFormat.Json, "[{0}]")]
    [InlineData(FeedFormat.NdJson, "{0}\n")]
    [InlineData(FeedFormat.Csv, "workerId,givenName,status,type\n7,Ada,active,employee\n")]
    public async Task Gzip_is_read_as_what_is_in_it_and_refused_where_it_breaks_off(FeedFormat format, string text)
    {
        using var zipped = new MemoryStream();
        await using (var gzip = new GZipStream(zipped, CompressionMode.Compress, leaveOpen: true))
            await gzip.WriteAsync(Encoding.UTF8.GetBytes(text.Replace("{0}", JsonFeed.Ada, StringComparison.Ordinal)));
        var bytes = zipped.ToArray();

        Assert.Equal("7", Assert.Single(await JsonFeed.ReadAsync(() => new MemoryStream(bytes), format: format)).Record!.Facts.WorkerId);
        var fault = await Assert.ThrowsAsync<FeedException>(() => JsonFeed.ReadAsync(() => new MemoryStream(bytes[..^12]), format: format));
        Assert.StartsWith("feed is no sound gzip", fault.Message, StringComparison.Ordinal);
    }
}
