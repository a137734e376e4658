using System.Buffers;

namespace ScimBridge.Connectors.Http;

/// <summary>Reads what a system answers, as long as it is of a size that an answer has.</summary>
internal static class BoundedBody
{
    private const int MaxBytes = 1024 * 1024;

    /// <summary>The body, or null where it is longer than 1 MiB.</summary>
    public static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken cancel)
    {
        if (content.Headers.ContentLength > MaxBytes)
            return null;

        await using var stream = await content.ReadAsStreamAsync(cancel);
        var body = new ArrayBufferWriter<byte>((int?)content.Headers.ContentLength + 1 ?? 4096);
        while (true)
        {
            var count = await stream.ReadAsync(body.GetMemory(1), cancel);
            if (count == 0)
                return body.WrittenMemory;
            body.Advance(count);
            if (body.WrittenCount > MaxBytes)
                return null;
        }
    }
}
