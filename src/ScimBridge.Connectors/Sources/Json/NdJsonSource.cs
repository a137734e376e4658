using System.Runtime.CompilerServices;
using System.Text;
using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Sources.Json;

/// <summary>
/// Reads workers from lines of JSON, one object on each (<see href="https://github.com/ndjson/ndjson-spec"/>). Nothing is held but the
/// line being read. A line that is no object, or is longer than 1 MiB, is a fault of its row; empty lines are passed over.
/// </summary>
internal sealed class NdJsonSource(Declaration declaration, FeedFile file) : ISource
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public async Task<long?> CheckAsync(CancellationToken cancel)
    {
        await using var feed = FeedStream.Open(file, Utf8);
        var lines = new Lines(feed, JsonRows.MaxRecordBytes);
        long rows = 0;
        // The encoding is all that can end such a feed. One without a line is sound: a day on which nothing changed looks like that.
        while (await lines.NextAsync(cancel))
        {
            if (IsRow(lines))
                rows++;
        }

        return rows;
    }

    public async IAsyncEnumerable<FeedItem> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var feed = FeedStream.Open(file, Utf8);
        var lines = new Lines(feed, JsonRows.MaxRecordBytes);
        var rows = new JsonRows(declaration);
        while (await lines.NextAsync(cancel))
        {
            var position = feed.PositionOf(lines.Position);
            if (lines.IsTooLong)
                yield return rows.Refuse("The line is longer than 1 MiB.", lines.Number, position);
            else if (IsRow(lines))
                yield return rows.Map(lines.Line.Span, lines.Number, position);
        }
    }

    private static bool IsRow(Lines lines) => lines.IsTooLong || !lines.Line.Span[Ascii.Trim(lines.Line.Span)].IsEmpty;
}
