using System.Globalization;
using System.Text;
using CsvHelper;

namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>A list that somebody sends: RFC 4180, UTF-8, with a header.</summary>
/// <param name="Header">The names of the columns.</param>
/// <param name="Rows">The rows.</param>
public sealed record CsvList(IReadOnlyList<string> Header, IReadOnlyList<CsvLine> Rows)
{
    private const int MostBytesOfARow = 65_536;

    /// <summary>Reads a list.</summary>
    /// <param name="text">The bytes.</param>
    /// <param name="most">How many rows it may have.</param>
    /// <exception cref="FormatException">It is no list, has no header, or has more rows; the message says which.</exception>
    public static CsvList Read(byte[] text, int most)
    {
        long? malformed = null;
        try
        {
            // The reader itself would put a sign in the place of what is no UTF-8.
            _ = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetCharCount(text);
            using var csv = CsvReader.Create(text, new CsvReaderOptions
            {
                Separator = ',', HasHeader = false, Encoding = Encoding.UTF8, TrimWhitespace = true, AllowLineBreaksInQuotes = true, MaxRecordSize = MostBytesOfARow,
                TrackLineNumbers = true, IncludeValuesInExceptions = false, OnMalformedRecord = record => malformed ??= record.LineNumber,
            });
            var rows = new List<CsvLine>();
            while (csv.Read())
            {
                if (malformed is { } line)
                    throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"The quotes do not pair up, from line {line} on."));
                if (rows.Count > most)
                    throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"A list has at most {most} rows."));
                rows.Add(new CsvLine(csv.LineNumber, [.. Enumerable.Range(0, csv.FieldCount).Select(i => csv.GetString(i).TrimStart('\uFEFF'))]));
            }

            return rows is [var header, .. var rest] ? new CsvList(header.Fields, rest) : throw new FormatException("The list has no header.");
        }
        catch (Exception e) when (e is DecoderFallbackException or CsvFormatException)
        {
            throw new FormatException("The list is no CSV in UTF-8.", e);
        }
    }
}

/// <summary>A row of a list.</summary>
/// <param name="Line">The line that it begins on; 1 is the first.</param>
/// <param name="Fields">Its fields.</param>
public sealed record CsvLine(long Line, IReadOnlyList<string> Fields);
