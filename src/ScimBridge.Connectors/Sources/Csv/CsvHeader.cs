using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>Where the mapped columns stand in one file.</summary>
internal sealed class CsvHeader
{
    private const int MaxNamesShown = 100;

    private static readonly char[] Delimiters = [',', ';', '\t', '|'];

    private CsvHeader(int columnCount, IReadOnlyList<(int Column, int Index)> fields)
    {
        ColumnCount = columnCount;
        Fields = fields;
    }

    public int ColumnCount { get; }

    /// <summary>In the order of the declared columns, so that a file with its columns in another order reads the same.</summary>
    public IReadOnlyList<(int Column, int Index)> Fields { get; }

    /// <summary>Finds every mapped column or says of all at once which are not there.</summary>
    public static CsvHeader Find(Declaration declaration, IReadOnlyList<string> headers, string feed)
    {
        var columns = headers.Select(header => header.Trim()).ToList();
        if (columns.TrueForAll(column => column.Length == 0))
            throw new FeedException($"{feed} is empty: it has not even a header.");

        var mapped = declaration.Columns.Select(column => column.Name).Distinct(StringComparer.Ordinal).ToList();
        var missing = declaration.Columns.Where(column => !column.Optional).Select(column => column.Name)
            .Except(columns, StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
            throw new FeedException($"{feed}, line 1: {Missing(missing, mapped, columns)}");

        var twice = mapped.Where(header => columns.Count(column => column == header) > 1).ToList();
        if (twice.Count > 0)
        {
            throw new FeedException(
                $"{feed}, line 1: the header has the mapped {Count("column", twice.Count)} {Quoted(twice)} more than once.");
        }

        return new CsvHeader(
            columns.Count,
            [.. declaration.Columns.Select((column, i) => (i, columns.IndexOf(column.Name))).Where(field => field.Item2 >= 0)]);
    }

    /// <summary>A line without a single mapped column may be no header but a worker, and is not repeated.</summary>
    private static string Missing(List<string> missing, List<string> mapped, List<string> columns)
    {
        if (columns.Intersect(mapped, StringComparer.Ordinal).Any())
        {
            return $"the header lacks the mapped {Count("column", missing.Count)} {Quoted(missing)}. "
                + $"It has {Quoted(columns)}. Correct the columns of the source or the file.";
        }

        var other = Array.Find(Delimiters, d => columns.Exists(column => column.Split(d).Select(part => part.Trim()).Intersect(mapped, StringComparer.Ordinal).Any()));
        return other != '\0'
            ? $"the columns are delimited by '{(other == '\t' ? "\\t" : other)}'. Correct the delimiter of the source."
            : $"no mapped column is among its {columns.Count}: the first line has to be a header that names {Quoted(missing)}.";
    }

    private static string Count(string noun, int count) => count == 1 ? noun : noun + "s";

    private static string Quoted(List<string> names) =>
        string.Join(", ", names.Take(MaxNamesShown).Select(name => $"'{RecordMapper.Shown(name)}'"))
        + (names.Count > MaxNamesShown ? $" and {names.Count - MaxNamesShown} more" : "");
}
