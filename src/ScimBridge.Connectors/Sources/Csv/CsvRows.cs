using CsvHelper;
using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>Makes a record, or a fault, of each row of one file. A column that is not mapped is never looked at.</summary>
internal sealed class CsvRows
{
    private const string UnpairedQuotes =
        "The quotes do not pair up: a field that contains a quote stands in quotes, with the quote doubled (RFC 4180).";

    private readonly CsvHeader _header;
    private readonly ColumnValues _values;
    private readonly RecordReader _reader;

    public CsvRows(Declaration declaration, CsvHeader header)
    {
        _header = header;
        _values = new ColumnValues(declaration.Columns.Count);
        _reader = new RecordReader(declaration, _values);
    }

    /// <summary>Maps the row that the reader stands on.</summary>
    public FeedItem Map(CsvReader row, long line, long position)
    {
        Read(row);
        if (row.FieldCount == _header.ColumnCount)
            return _reader.Read(line, position);
        var difference = row.FieldCount < _header.ColumnCount ? "short" : "long";
        return _reader.Refuse(
            $"The row is too {difference}: it has {row.FieldCount} fields, the header has {_header.ColumnCount}.", line, position);
    }

    /// <summary>Refuses the row that the reader stands on because its quotes cannot be made sense of.</summary>
    public FeedItem RefuseQuotes(CsvReader row, long line, long position)
    {
        Read(row);
        return _reader.Refuse(UnpairedQuotes, line, position);
    }

    private void Read(CsvReader row)
    {
        _values.Clear();
        foreach (var (column, index) in _header.Fields)
            _values.Set(column, index < row.FieldCount ? row.GetSpan(index) : default);
    }
}
