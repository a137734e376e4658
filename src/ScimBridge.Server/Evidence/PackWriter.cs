using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Journal;

namespace ScimBridge.Server.Evidence;

/// <summary>Writes a pack line by line, and adds up what is signed of it.</summary>
internal sealed class PackWriter : IAsyncDisposable
{
    private const int FlushFrom = 65_536;

    // A pack is JSON in a file, never in a page: names stay readable.
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Stream _stream;
    private readonly IncrementalHash _signed = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly IncrementalHash _whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly ArrayBufferWriter<byte> _buffer = new(2 * FlushFrom);
    private readonly Utf8JsonWriter _json;
    private bool _isFirst;
    private bool _isSigned;

    public PackWriter(Stream stream)
    {
        _stream = stream;
        _json = new Utf8JsonWriter(_buffer, Compact);
    }

    /// <summary>How many bytes have been written.</summary>
    public long Bytes { get; private set; }

    /// <summary>Writes the first line.</summary>
    public Task BeginAsync(JsonObject header, CancellationToken cancel) => LineAsync(PackSection.Opening + header.ToJsonString(Relaxed) + ",\n", cancel);

    /// <summary>Begins a part.</summary>
    public Task OpenAsync(string section, CancellationToken cancel)
    {
        _isFirst = true;
        return LineAsync($"\"{section}\":[", cancel);
    }

    /// <summary>Writes an element of the part.</summary>
    public Task AddAsync(JsonNode element, CancellationToken cancel) => AddAsync(json => element.WriteTo(json, Relaxed), cancel);

    /// <summary>Writes an element of the part.</summary>
    public Task AddAsync(Action<Utf8JsonWriter> write, CancellationToken cancel)
    {
        _buffer.Write(_isFirst ? "\n"u8 : ",\n"u8);
        _isFirst = false;
        _json.Reset(_buffer);
        write(_json);
        _json.Flush();
        return _buffer.WrittenCount < FlushFrom ? Task.CompletedTask : FlushAsync(cancel);
    }

    /// <summary>Ends the part.</summary>
    public Task CloseAsync(CancellationToken cancel) => LineAsync("\n],\n", cancel);

    /// <summary>Writes the figures.</summary>
    public Task FiguresAsync(JsonObject figures, CancellationToken cancel) => LineAsync(PackSection.Figures + figures.ToJsonString(Relaxed) + ",\n", cancel);

    /// <summary>What everything that was written adds up to, for the signature.</summary>
    public async Task<string> SumAsync(CancellationToken cancel)
    {
        await FlushAsync(cancel);
        _isSigned = true;
        return Convert.ToHexStringLower(_signed.GetHashAndReset());
    }

    /// <summary>Writes the last line; answers with the SHA-256 of the whole, lower-case hexadecimal.</summary>
    public async Task<string> EndAsync(string signature, CancellationToken cancel)
    {
        await LineAsync(PackSection.Signature + signature + PackSection.Closing + "\n", cancel);
        await FlushAsync(cancel);
        return Convert.ToHexStringLower(_whole.GetHashAndReset());
    }

    public async ValueTask DisposeAsync()
    {
        await _json.DisposeAsync();
        _signed.Dispose();
        _whole.Dispose();
    }

    private Task LineAsync(string text, CancellationToken cancel)
    {
        Encoding.UTF8.GetBytes(text, _buffer);
        return _buffer.WrittenCount < FlushFrom ? Task.CompletedTask : FlushAsync(cancel);
    }

    private async Task FlushAsync(CancellationToken cancel)
    {
        if (!_isSigned)
            _signed.AppendData(_buffer.WrittenSpan);
        _whole.AppendData(_buffer.WrittenSpan);
        Bytes += _buffer.WrittenCount;
        await _stream.WriteAsync(_buffer.WrittenMemory, cancel);
        _buffer.ResetWrittenCount();
    }
}
