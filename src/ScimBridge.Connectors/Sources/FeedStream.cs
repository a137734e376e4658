using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace ScimBridge.Connectors.Sources;

/// <summary>
/// Hands out a feed as UTF-8, whatever it is written in, and ends with a <see cref="FeedException"/> that names line and byte where it
/// is not written in that. Read asynchronously only, from the beginning to the end.
/// </summary>
internal sealed class FeedStream(Stream inner, Encoding encoding, string feed) : Stream
{
    private const int ChunkBytes = 64 * 1024;

    private readonly byte[] _raw = new byte[ChunkBytes];
    private readonly char[] _characters = encoding is UTF8Encoding ? [] : new char[encoding.GetMaxCharCount(ChunkBytes)];
    private readonly Decoder? _decoder = encoding is UTF8Encoding ? null : encoding.GetDecoder();
    private readonly ArrayBufferWriter<byte> _transcoded = new();
    private ReadOnlyMemory<byte> _ready;
    private int _held;
    private long _taken;
    private long _delivered;
    private long _lineFeeds;
    private long _carriageReturns;
    private bool _begun;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _taken;
        set => throw new NotSupportedException();
    }

    /// <summary>About how many bytes of the feed are behind what has been handed out up to this byte of UTF-8.</summary>
    public long PositionOf(long utf8Offset) => _delivered == 0 ? _taken : (long)((double)utf8Offset / _delivered * _taken);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_ready.IsEmpty && !_ended)
            await TakeAsync(cancellationToken);
        var count = Math.Min(buffer.Length, _ready.Length);
        _ready[..count].CopyTo(buffer);
        _ready = _ready[count..];
        _delivered += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask TakeAsync(CancellationToken cancel)
    {
        int count;
        try
        {
            count = await inner.ReadAsync(_raw.AsMemory(_held), cancel);
        }
        catch (IOException e)
        {
            throw new FeedException($"{feed} cannot be read beyond byte {_taken}.", e);
        }

        _ended = count == 0;
        var chunk = _raw.AsMemory(0, _held + count);
        var chunkStart = _taken - _held;
        _taken += count;
        _ready = _decoder is null ? Checked(chunk.Span, chunkStart) : Transcoded(chunk.Span, chunkStart);
        _lineFeeds += _ready.Span.Count((byte)'\n');
        _carriageReturns += _ready.Span.Count((byte)'\r');
    }

    private ReadOnlyMemory<byte> Checked(ReadOnlySpan<byte> chunk, long chunkStart)
    {
        // A character that the chunk cuts in two waits for its rest.
        var tail = !_ended && Rune.DecodeLastFromUtf8(chunk, out _, out var cut) == OperationStatus.NeedMoreData ? cut : 0;
        var whole = chunk[..^tail];
        if (!Utf8.IsValid(whole))
        {
            var at = FirstInvalid(whole);
            throw Invalid(whole[at], chunkStart + at, whole[..at]);
        }

        var start = 0;
        if (!_begun && whole.Length > 0)
        {
            _begun = true;
            start = whole.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        }

        // Copied, because the tail moves to the front of the buffer that the chunk lies in.
        _transcoded.ResetWrittenCount();
        _transcoded.Write(whole[start..]);
        chunk[^tail..].CopyTo(_raw);
        _held = tail;
        return _transcoded.WrittenMemory;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == OperationStatus.Done)
            at += length;
        return at;
    }

    private ReadOnlyMemory<byte> Transcoded(ReadOnlySpan<byte> chunk, long chunkStart)
    {
        _transcoded.ResetWrittenCount();
        int length;
        try
        {
            length = _decoder!.GetChars(chunk, _characters, flush: _ended);
        }
        catch (DecoderFallbackException e)
        {
            // Decoders point at the bad bytes or just behind them: look for the bytes themselves.
            var bad = e.BytesUnknown ?? [];
            var at = Math.Max(0, chunk[..Math.Clamp(e.Index + bad.Length, 0, chunk.Length)].LastIndexOf(bad));
            throw Invalid(bad.FirstOrDefault(), chunkStart + at, AsUtf8(chunk[..at]));
        }

        var text = _characters.AsSpan(0, length);
        if (!_begun && length > 0)
        {
            _begun = true;
            text = text.TrimStart('\uFEFF');
        }

        Encoding.UTF8.GetBytes(text, _transcoded);
        return _transcoded.WrittenMemory;
    }

    private byte[] AsUtf8(ReadOnlySpan<byte> sound)
    {
        var lenient = (Encoding)encoding.Clone();
        lenient.DecoderFallback = DecoderFallback.ReplacementFallback;
        return Encoding.UTF8.GetBytes(lenient.GetString(sound));
    }

    private FeedException Invalid(byte value, long offset, ReadOnlySpan<byte> before)
    {
        // The two counts agree where lines end in CR LF, and one is 0 where they end in the other alone.
        var line = 1 + Math.Max(_lineFeeds + before.Count((byte)'\n'), _carriageReturns + before.Count((byte)'\r'));
        var hint = offset == 0 && value is 0xFE or 0xFF
            ? "It begins like utf-16."
            : "Declare the encoding that it was written in; what spreadsheets on Windows save as CSV is often windows-1252.";
        return new FeedException($"{feed}, line {line}: the byte 0x{value:X2} at offset {offset} is not {encoding.WebName}. {hint}");
    }
}
