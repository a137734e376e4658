using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Sources.Json;

/// <summary>Makes a record, or a fault, of each JSON object of one feed. A member that nothing maps is never looked at.</summary>
internal sealed class JsonRows
{
    public const int MaxRecordBytes = 1024 * 1024;

    private readonly PathTree _paths;
    private readonly ColumnValues _values;
    private readonly RecordReader _reader;

    public JsonRows(Declaration declaration)
    {
        _paths = new PathTree(declaration.Columns);
        _values = new ColumnValues(declaration.Columns.Count);
        _reader = new RecordReader(declaration, _values);
    }

    public FeedItem Map(ReadOnlySpan<byte> json, long row, long position) =>
        _paths.TryRead(json, _values) ? _reader.Read(row, position) : Refuse("The record is no JSON object.", row, position);

    /// <summary>Refuses a record of which nothing is known.</summary>
    public FeedItem Refuse(string reason, long row, long position)
    {
        _values.Clear();
        return _reader.Refuse(reason, row, position);
    }
}
