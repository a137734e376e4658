using System.Runtime.CompilerServices;
using System.Text;
using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Sources.Json;

/// <summary>
/// Reads workers from the list in one JSON document. Nothing of it is held but the record being read. A document that is no sound JSON
/// to its last byte, or has no list, ends the feed; an element that is no object is a fault of its row, counted from 1.
/// </summary>
internal sealed class JsonSource(Declaration declaration, IReadOnlyList<string> items, FeedFile file) : ISource
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public async Task<long?> CheckAsync(CancellationToken cancel)
    {
        await using var feed = FeedStream.Open(file, Utf8);
        var list = new JsonItems(feed, items, file.Name);
        long rows = 0;
        while (await list.NextAsync(cancel))
            rows++;
        return rows;
    }

    public async IAsyncEnumerable<FeedItem> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var feed = FeedStream.Open(file, Utf8);
        var list = new JsonItems(feed, items, file.Name);
        var rows = new JsonRows(declaration);
        for (var row = 1L; await list.NextAsync(cancel); row++)
            yield return rows.Map(list.Item.Span, row, feed.PositionOf(list.Position));
    }
}
