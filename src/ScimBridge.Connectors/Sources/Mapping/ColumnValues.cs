using System.Text;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>
/// The values of one record, in the order of the declared columns, as UTF-8 and without the space around them. It is what a reader of any
/// format hands to the mapper, so that the same values come to the same record and the same hash.
/// </summary>
internal sealed class ColumnValues(int count)
{
    private readonly (ColumnState State, int Start, int Length)[] _columns = new (ColumnState, int, int)[count];
    private byte[] _bytes = new byte[4096];
    private int _used;

    public int Count => _columns.Length;

    public ColumnState StateOf(int column) => _columns[column].State;

    /// <summary>The value; empty for whatever is none.</summary>
    public ReadOnlySpan<byte> this[int column] => _bytes.AsSpan(_columns[column].Start, _columns[column].Length);

    /// <summary>Makes ready for the next record.</summary>
    public void Clear()
    {
        Array.Clear(_columns);
        _used = 0;
    }

    public void Set(int column, ReadOnlySpan<byte> value)
    {
        value = value[Ascii.Trim(value)];
        value.CopyTo(Reserve(value.Length));
        Keep(column, value.Length);
    }

    /// <summary>Room for a value of at most so many bytes, which <see cref="Keep"/> takes.</summary>
    public Span<byte> Reserve(int length)
    {
        if (_bytes.Length - _used < length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _used + length));
        return _bytes.AsSpan(_used, length);
    }

    /// <summary>Takes what was written to the reserved room as the value of a column.</summary>
    public void Keep(int column, int length)
    {
        var trimmed = Ascii.Trim(_bytes.AsSpan(_used, length));
        var (offset, size) = trimmed.GetOffsetAndLength(length);
        _columns[column] = _columns[column].State == ColumnState.Absent ? (ColumnState.Value, _used + offset, size) : (ColumnState.Twice, 0, 0);
        _used += length;
    }

    /// <summary>Notes that there is no value to take.</summary>
    public void Mark(int column, ColumnState state) =>
        _columns[column] = _columns[column].State == ColumnState.Absent ? (state, 0, 0) : (ColumnState.Twice, 0, 0);
}
