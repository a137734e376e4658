using System.Text;
using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Sources.Json;
using ScimBridge.Connectors.Tests.Sources.Csv;

namespace ScimBridge.Connectors.Tests.Sources.Json;

/// <summary>Ways of reading JSON text by a declaration.</summary>
internal static class JsonFeed
{
    public const string Ada = """{"workerId":"7","givenName":"Ada","status":"active","type":"employee"}""";

    public static JsonSourceOptions Options() => new() { TimeZone = "Europe/Copenhagen" };

    public static Task<List<FeedItem>> ReadAsync(string text, JsonSourceOptions? options = null, FeedFormat? format = null) =>
        ReadAsync(() => new MemoryStream(Encoding.UTF8.GetBytes(text)), options, format);

    public static async Task<List<FeedItem>> ReadAsync(Func<Stream> open, JsonSourceOptions? options = null, FeedFormat? format = null)
    {
        var source = SourceKinds.All["json"].Open(options ?? Options(), new FeedFile(open, "feed") { Format = format });
        await source.CheckAsync(CancellationToken.None);
        var items = new List<FeedItem>();
        await foreach (var item in source.ReadAsync(CancellationToken.None))
            items.Add(item);
        return items;
    }

    /// <summary>The same text in drops, where every token is cut in two.</summary>
    public static Task<List<FeedItem>> DripAsync(string text, JsonSourceOptions? options = null, FeedFormat? format = null) =>
        ReadAsync(() => new DrippingStream(Encoding.UTF8.GetBytes(text)), options, format);
}
