using System.Globalization;
using ScimBridge.Scim.Errors;

namespace ScimBridge.Server.Api;

/// <summary>Reads the body of a request that is looked at before it is taken in.</summary>
internal static class HrisBody
{
    /// <summary>The largest body of a push or a webhook, in bytes; what is larger is a batch.</summary>
    public const int MaxSize = 10_485_760;

    /// <summary>Reads the body as it was sent.</summary>
    /// <exception cref="ScimException">413.</exception>
    public static async Task<byte[]> ReadAsync(HttpRequest request, int maxSize, CancellationToken cancel)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16_384];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancel)) > 0)
        {
            if (buffer.Length + read > maxSize)
                throw ScimError.PayloadTooLarge(string.Create(CultureInfo.InvariantCulture, $"The body is larger than {maxSize} bytes: send a batch.")).AsException();
            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }
}
