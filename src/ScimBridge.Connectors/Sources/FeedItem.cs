using ScimBridge.Connectors.Sources.Mapping;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources;

/// <summary>
/// One row of a feed: a record, or why it is none. Which of the two shows when it is asked for: a row that says what it said the last time
/// is recognised by its hash, and nobody asks what that was. It is to be asked by one thread at a time, together with the other rows of its
/// feed.
/// </summary>
public sealed class FeedItem
{
    private RecordMapper? _mapper;
    private byte[]? _values;
    private HrRecord? _record;
    private RowFault? _fault;

    /// <summary>A row that has been refused.</summary>
    /// <param name="fault">Why.</param>
    /// <param name="position">How far into the feed it ends.</param>
    public FeedItem(RowFault fault, long position)
    {
        _fault = fault;
        Row = fault.Row;
        Position = position;
    }

    internal FeedItem(RecordMapper mapper, byte[] values, string hash, long row, long position)
    {
        _mapper = mapper;
        _values = values;
        Hash = hash;
        Row = row;
        Position = position;
    }

    /// <summary>
    /// The worker whom the row is about, where it is about nobody else and that shows without making a record of it; null where the record
    /// has to be asked. A row that tells of a person, too, is about that one.
    /// </summary>
    public string? WorkerId { get; internal init; }

    /// <summary>The hash of the record that the row is (see <see cref="HrRecord"/>); null where the row has been refused unread.</summary>
    public string? Hash { get; }

    /// <summary>Where the row stands in its batch, from 1.</summary>
    public long Row { get; }

    /// <summary>How far into the feed this row ends, in bytes; 0 where the source cannot say.</summary>
    public long Position { get; }

    /// <summary>The record, where the row is sound.</summary>
    public HrRecord? Record
    {
        get
        {
            Map();
            return _record;
        }
    }

    /// <summary>The fault, where it is not.</summary>
    public RowFault? Fault
    {
        get
        {
            Map();
            return _fault;
        }
    }

    private void Map()
    {
        if (_mapper is null)
            return;
        (_record, _fault) = _mapper.Map(_values, Hash!, Row);
        (_mapper, _values) = (null, null);
    }
}
