using System.Security.Cryptography;
using System.Text;

namespace ScimBridge.Connectors.Webhooks;

/// <summary>
/// The signature of a webhook, whichever way it goes: HMAC-SHA-256 over the timestamp as it stands in its header, a full stop, and the body
/// as it is sent. Without a timestamp, over the body alone.
/// </summary>
public static class WebhookSignature
{
    /// <summary>The code.</summary>
    /// <param name="key">The key, as text; its UTF-8 bytes are the key.</param>
    /// <param name="timestamp">Seconds since 1970, as they stand in the header; null where there is none.</param>
    /// <param name="body">The body.</param>
    public static byte[] Of(string key, string? timestamp, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key));
        if (timestamp is not null)
            mac.AppendData(Encoding.ASCII.GetBytes(timestamp + "."));
        mac.AppendData(body);
        return mac.GetHashAndReset();
    }
}
