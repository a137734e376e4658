namespace ScimBridge.Connectors.Sources.Json;

/// <summary>Takes a stream apart into lines, and holds no more than one. A line that is too long is passed over to its end.</summary>
internal sealed class Lines(Stream stream, int longest)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private long _before;
    private bool _ended;

    /// <summary>The line without its end; valid until the next is read.</summary>
    public ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Whether the line is longer than a line may be; then it is not there to be looked at.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The number of the line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>How many bytes are behind the line.</summary>
    public long Position => _before + _start;

    public async ValueTask<bool> NextAsync(CancellationToken cancel)
    {
        (Line, IsTooLong) = (default, false);
        var looked = 0;
        while (true)
        {
            var at = _buffer.AsSpan(_start + looked, _end - _start - looked).IndexOf((byte)'\n');
            if (at >= 0)
                return Take(looked + at, looked + at + 1);
            looked = _end - _start;
            if (_ended)
                return (looked > 0 || IsTooLong) && Take(looked, looked);
            if (looked > longest)
            {
                IsTooLong = true;
                _start = _end;
                looked = 0;
            }

            await FillAsync(cancel);
        }
    }

    private bool Take(int length, int consumed)
    {
        IsTooLong |= length > longest;
        Line = IsTooLong ? default : _buffer.AsMemory(_start, length);
        _start += consumed;
        Number++;
        return true;
    }

    private async ValueTask FillAsync(CancellationToken cancel)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_before, _end, _start) = (_before + _start, _end - _start, 0);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var count = await stream.ReadAsync(_buffer.AsMemory(_end), cancel);
        _end += count;
        _ended = count == 0;
    }
}
