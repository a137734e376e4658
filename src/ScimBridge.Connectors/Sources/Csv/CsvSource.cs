using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>
/// Reads workers from a delimited _file. Nothing of the file is held but the record being read, so memory stays the same for any length.
/// <para>
/// What ends the feed with a <see cref="FeedException"/>: no such file, an empty one, a header without a mapped column or with one of them
/// twice, bytes that are not in the declared encoding, a record above 1 MiB. What is a fault of its row: too few or many fields, a
/// required value that is empty, a date that is none, a word that nobody mapped, an unknown zone, quotes that do not pair up. A file with
/// a header and no row has no items: whether that is right is for the reader to judge.
/// </para>
/// </summary>
internal sealed class CsvSource : ISource
{
    /// <summary>A longer record is never a worker: it is a quote that nobody closed, or no CSV file at all. Bytes of UTF-8.</summary>
    private const int MaxRecordBytes = 1024 * 1024;

    private readonly Declaration _declaration;
    private readonly char _delimiter;
    private readonly Encoding _encoding;
    private readonly FeedFile _file;

    public CsvSource(Declaration declaration, CsvDialect dialect, FeedFile file)
    {
        _declaration = declaration;
        _delimiter = dialect.Delimiter[0];
        _encoding = CsvEncodings.Find(dialect.Encoding)!;
        _file = file;
    }

    /// <inheritdoc/>
    public async Task<long?> CheckAsync(CancellationToken cancel)
    {
        await using var feed = FeedStream.Open(_file, _encoding);
        var malformed = false;
        using var reader = CsvReader.Create(
            feed, ReaderOptions(header: true, lineBreaksInQuotes: true, _ => malformed = true), leaveOpen: true);
        await ReadHeaderAsync(reader, cancel);
        CsvHeader.Find(_declaration, reader.Headers, _file.Name);
        long rows = 0;
        // The encoding and the length of each record are what can end a feed; both are looked at in passing.
        while (await NextAsync(reader, cancel))
            rows++;
        // What quotes that do not pair up have swallowed shows only when it is read line by line.
        return malformed ? null : rows;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<FeedItem> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var feed = FeedStream.Open(_file, _encoding);
        CsvMalformedRecord? malformed = null;
        using var reader = CsvReader.Create(
            feed, ReaderOptions(header: true, lineBreaksInQuotes: true, record => malformed = record), leaveOpen: true);

        await ReadHeaderAsync(reader, cancel);
        if (malformed is not null)
            throw new FeedException($"{_file.Name}, line 1: the quotes of the header do not pair up.");
        var rows = new CsvRows(_declaration, CsvHeader.Find(_declaration, reader.Headers, _file.Name));

        while (await NextAsync(reader, cancel))
        {
            var position = feed.PositionOf(reader.ByteOffset + reader.RawRecord.Length);
            if (malformed is null)
            {
                yield return rows.Map(reader, reader.LineNumber, position);
                continue;
            }

            malformed = null;
            foreach (var item in LineByLine(rows, reader.RawRecord.ToArray(), reader.LineNumber, position))
                yield return item;
        }
    }

    /// <summary>
    /// A quote that nobody closed swallows the lines after it up to the next quote. They are read again one by one, so that the fault
    /// stays with its own line and the others go through.
    /// </summary>
    private List<FeedItem> LineByLine(CsvRows rows, byte[] lines, long firstLine, long position)
    {
        CsvMalformedRecord? malformed = null;
        using var reader = CsvReader.Create(
            lines, ReaderOptions(header: false, lineBreaksInQuotes: false, record => malformed = record));
        var items = new List<FeedItem>();
        while (reader.Read())
        {
            var line = firstLine + reader.LineNumber - 1;
            items.Add(malformed is null ? rows.Map(reader, line, position) : rows.RefuseQuotes(reader, line, position));
            malformed = null;
        }

        return items;
    }

    private CsvReaderOptions ReaderOptions(bool header, bool lineBreaksInQuotes, Action<CsvMalformedRecord> onMalformed) => new()
    {
        Separator = _delimiter,
        HasHeader = header,
        Encoding = Encoding.UTF8,
        TrimWhitespace = true,
        AllowLineBreaksInQuotes = lineBreaksInQuotes,
        MaxRecordSize = MaxRecordBytes,
        TrackLineNumbers = true,
        IncludeValuesInExceptions = false,
        OnMalformedRecord = onMalformed,
    };

    private async ValueTask ReadHeaderAsync(CsvReader reader, CancellationToken cancel)
    {
        try
        {
            await reader.ReadHeaderAsync(cancel);
        }
        catch (CsvFormatException e)
        {
            throw TooLong(e, 1);
        }
    }

    private async ValueTask<bool> NextAsync(CsvReader reader, CancellationToken cancel)
    {
        try
        {
            return await reader.ReadAsync(cancel);
        }
        catch (CsvFormatException e)
        {
            throw TooLong(e, e.LineNumber);
        }
    }

    private FeedException TooLong(CsvFormatException e, long line) =>
        new(
            $"{_file.Name}, line {line}: a record of more than 1 MiB begins here: a quote that is never closed, or no CSV _file.",
            e);
}
