using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Unicode;

namespace ScimBridge.Connectors.Sources;

/// <summary>
/// Hands out a feed as UTF-8, whatever it is written in and also where it is gzip, and ends with a <see cref="FeedException"/> that names
/// line and byte where it is not written in that. Read asynchronously only, from the beginning to the end.
/// </summary>
internal sealed class FeedStream : Stream
{
    // No text begins with these in any encoding that a feed may be declared in.
    private static ReadOnlySpan<byte> GzipMark => [0x1F, 0x8B];

    private const int ChunkBytes = 64 * 1024;

    private readonly Encoding _encoding;
    private readonly string _feed;
    private readonly byte[] _raw = new byte[ChunkBytes];
    private readonly char[] _characters;
    private readonly Decoder? _decoder;
    private readonly ArrayBufferWriter<byte> _transcoded = new();
    private ReadOnlyMemory<byte> _ready;
    private int _held;
    private long _taken;
    private long _delivered;
    private long _lineFeeds;
    private long _carriageReturns;
    private Stream _inner;
    private bool _opened;
    private HeadedStream? _zipped;
    private bool _begun;
    private bool _ended;

    private FeedStream(Stream inner, Encoding encoding, string feed)
    {
        _inner = inner;
        _encoding = encoding;
        _feed = feed;
        _characters = encoding is UTF8Encoding ? [] : new char[encoding.GetMaxCharCount(ChunkBytes)];
        _decoder = encoding is UTF8Encoding ? null : encoding.GetDecoder();
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _taken;
        set => throw new NotSupportedException();
    }

    /// <summary>Opens a feed from its beginning.</summary>
    public static FeedStream Open(FeedFile file, Encoding encoding)
    {
        try
        {
            return new FeedStream(file.Open(), encoding, file.Name);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FeedException($"{file.Name} does not exist.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FeedException($"{file.Name} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>
    /// About how many bytes of the feed are behind what has been handed out up to this byte of UTF-8; 0 where it is gzip, whose own bytes
    /// nobody counts.
    /// </summary>
    public long PositionOf(long utf8Offset) => _zipped is not null ? 0 : _delivered == 0 ? _taken : (long)((double)utf8Offset / _delivered * _taken);

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
        await _inner.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask TakeAsync(CancellationToken cancel)
    {
        int count;
        try
        {
            if (!_opened)
                await UnzipAsync(cancel);
            count = await _inner.ReadAsync(_raw.AsMemory(_held), cancel);
            if (count == 0 && _zipped is not null)
                await CheckZippedAsync(_zipped, cancel);
        }
        catch (InvalidDataException e)
        {
            throw new FeedException($"{_feed} is no sound gzip: it breaks off or is damaged behind byte {_taken} of its content.", e);
        }
        catch (IOException e)
        {
            throw new FeedException($"{_feed} cannot be read beyond byte {_taken}.", e);
        }

        _ended = count == 0;
        var chunk = _raw.AsMemory(0, _held + count);
        var chunkStart = _taken - _held;
        _taken += count;
        _ready = _decoder is null ? Checked(chunk.Span, chunkStart) : Transcoded(chunk.Span, chunkStart);
        _lineFeeds += _ready.Span.Count((byte)'\n');
        _carriageReturns += _ready.Span.Count((byte)'\r');
    }

    private async ValueTask UnzipAsync(CancellationToken cancel)
    {
        _opened = true;
        var head = new byte[GzipMark.Length];
        var count = await _inner.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel);
        var whole = new HeadedStream(head.AsMemory(0, count), _inner);
        _inner = whole;
        if (!head.AsSpan(0, count).SequenceEqual(GzipMark))
            return;
        _zipped = whole;
        _inner = new GZipStream(whole, CompressionMode.Decompress);
    }

    /// <summary>
    /// A file that breaks off unzips to a beginning of its content and says nothing, so its length is held against the one that ends it
    /// (RFC 1952, 2.3.1).
    /// </summary>
    private async ValueTask CheckZippedAsync(HeadedStream zipped, CancellationToken cancel)
    {
        var rest = new byte[1024];
        while (await zipped.ReadAsync(rest, cancel) > 0)
        {
            // Whatever is left behind the content.
        }

        if (zipped.Last != (uint)_taken)
            throw new InvalidDataException();
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
        var lenient = (Encoding)_encoding.Clone();
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
        return new FeedException($"{_feed}, line {line}: the byte 0x{value:X2} at offset {offset} is not {_encoding.WebName}. {hint}");
    }
}
