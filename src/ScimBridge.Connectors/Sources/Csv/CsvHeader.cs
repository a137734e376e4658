using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>Where the mapped columns stand in one file.</summary>
internal sealed class CsvHeader
{
    private const int MaxNamesShown = 100;

    private CsvHeader(int columnCount, IReadOnlyList<(WorkerField Field, int Index)> fields)
    {
        ColumnCount = columnCount;
        Fields = fields;
    }

    public int ColumnCount { get; }

    /// <summary>In the order of the fields, so that a file with its columns in another order reads the same.</summary>
    public IReadOnlyList<(WorkerField Field, int Index)> Fields { get; }

    /// <summary>Finds every mapped column or says of all at once which are not there.</summary>
    public static CsvHeader Find(CsvDeclaration declaration, IReadOnlyList<string> headers, string feed)
    {
        var columns = headers.Select(header => header.Trim()).ToList();
        if (columns.TrueForAll(column => column.Length == 0))
            throw new FeedException($"{feed} is empty: it has not even a header.");

        var missing = declaration.Columns.Select(column => column.Header).Except(columns, StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            throw new FeedException(
                $"{feed}, line 1: the header lacks the mapped {Count("column", missing.Count)} {Quoted(missing)}. "
                + $"It has {Quoted(columns)}. Correct the columns of the source, its delimiter or the file.");
        }

        var twice = declaration.Columns.Select(column => column.Header).Distinct(StringComparer.Ordinal)
            .Where(header => columns.Count(column => column == header) > 1).ToList();
        if (twice.Count > 0)
        {
            throw new FeedException(
                $"{feed}, line 1: the header has the mapped {Count("column", twice.Count)} {Quoted(twice)} more than once.");
        }

        return new CsvHeader(columns.Count, [.. declaration.Columns.Select(column => (column.Field, columns.IndexOf(column.Header)))]);
    }

    private static string Count(string noun, int count) => count == 1 ? noun : noun + "s";

    private static string Quoted(List<string> names) =>
        string.Join(", ", names.Take(MaxNamesShown).Select(name => $"'{CsvRowMapper.Shown(name)}'"))
        + (names.Count > MaxNamesShown ? $" and {names.Count - MaxNamesShown} more" : "");
}
