using System.Text;
using System.Text.Json;

namespace ScimBridge.Connectors.Sources.Json;

/// <summary>
/// Goes through one JSON document to the list of records in it and hands them out one by one: the list at the path, or the document
/// itself where it is a list. No more of it is held than a record, which is at most 1 MiB; what stands beside the list is passed over.
/// </summary>
internal sealed class JsonItems(Stream stream, IReadOnlyList<string> path, string feed)
{
    private readonly byte[][] _path = [.. path.Select(Encoding.UTF8.GetBytes)];
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private long _before;
    private bool _ended;
    private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = 64 });
    private int _depth;
    private int _matched;
    private bool _inList;
    private bool _found;

    /// <summary>The record that was read last; valid until the next is.</summary>
    public ReadOnlyMemory<byte> Item { get; private set; }

    /// <summary>How many bytes of the document are behind the record.</summary>
    public long Position => _before + _start;

    /// <summary>Reads the next record; false at the end of the document, which is sound to its last byte.</summary>
    /// <exception cref="FeedException">The document is no JSON, breaks off, or has no list where one is expected.</exception>
    public async ValueTask<bool> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            switch (Step())
            {
                case Found.Item:
                    return true;
                case Found.End:
                    return _found ? false : throw new FeedException(NoList());
                default:
                    await FillAsync(cancel);
                    break;
            }
        }
    }

    private Found Step()
    {
        var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _ended, _state);
        try
        {
            while (true)
            {
                if (_inList)
                {
                    var item = ItemAt(ref reader);
                    if (item != Found.Nothing || _inList)
                        return item;
                }

                if (!reader.Read())
                {
                    Keep(ref reader);
                    return _ended ? Found.End : Found.Nothing;
                }

                Follow(ref reader);
            }
        }
        catch (JsonException e)
        {
            if (_before + _end == 0)
                throw new FeedException($"{feed} is empty.", e);
            throw new FeedException($"{feed} is no sound JSON: it breaks off or is malformed near byte {_before + _start}.", e);
        }
    }

    /// <summary>Takes one element of the list, or the end of it.</summary>
    private Found ItemAt(ref Utf8JsonReader reader)
    {
        // Tried on a copy, because an element that the buffer does not hold to its end is tried again from its beginning.
        var attempt = reader;
        if (!attempt.Read())
        {
            Keep(ref reader);
            return _ended ? throw new FeedException($"{feed} breaks off inside the list of records.") : Found.Nothing;
        }

        if (attempt.TokenType == JsonTokenType.EndArray)
        {
            _inList = false;
            reader = attempt;
            return Found.Nothing;
        }

        var from = (int)attempt.TokenStartIndex;
        if (!attempt.TrySkip())
        {
            Keep(ref reader);
            return _ended ? throw new FeedException($"{feed} breaks off inside the list of records.") : Found.Nothing;
        }

        var length = (int)attempt.BytesConsumed - from;
        if (length > JsonRows.MaxRecordBytes)
            throw TooLong();
        Item = _buffer.AsMemory(_start + from, length);
        Keep(ref attempt);
        return Found.Item;
    }

    private void Follow(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName when !_found:
                // What was matched at this depth or below was another member's.
                _matched = Math.Min(_matched, _depth - 1);
                if (_matched == _depth - 1 && _matched < _path.Length && reader.ValueTextEquals(_path[_matched]))
                    _matched++;
                break;
            case JsonTokenType.StartArray when !_found && (_depth == 0 || (_matched == _path.Length && _depth == _matched)):
                (_inList, _found) = (true, true);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                _depth++;
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _depth--;
                break;
        }
    }

    private void Keep(ref Utf8JsonReader reader)
    {
        _state = reader.CurrentState;
        _start += (int)reader.BytesConsumed;
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_before, _end, _start) = (_before + _start, _end - _start, 0);
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length > JsonRows.MaxRecordBytes)
                throw TooLong();
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancel);
        _end += count;
        _ended = count == 0;
    }

    private string NoList() => $"{feed} has no list of records at its top{(path.Count == 0 ? "" : $", and none at {string.Join('.', path)}")}.";

    private FeedException TooLong() => new($"{feed}: a record of more than 1 MiB begins at byte {_before + _start}.");

    private enum Found
    {
        Nothing,
        Item,
        End,
    }
}
