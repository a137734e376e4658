using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ScimBridge.Provisioning.Revocation;

/// <summary>
/// The hash over some fields: SHA-256, in lower-case hexadecimal, over the fields as netstrings of UTF-8 (<c>5:hello,</c>) one after the other.
/// Two lists of fields have the same bytes only where they are the same fields.
/// </summary>
public static class FieldHash
{
    // Digits of a length, the colon and the comma.
    private const int Frame = 13;

    /// <summary>The hash.</summary>
    public static string Of(params ReadOnlySpan<string> fields)
    {
        var most = 0;
        foreach (var field in fields)
            most += Frame + Encoding.UTF8.GetMaxByteCount(field.Length);
        var buffer = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            var at = 0;
            foreach (var field in fields)
            {
                Encoding.UTF8.GetByteCount(field).TryFormat(buffer.AsSpan(at), out var written, provider: CultureInfo.InvariantCulture);
                at += written;
                buffer[at++] = (byte)':';
                at += Encoding.UTF8.GetBytes(field, buffer.AsSpan(at));
                buffer[at++] = (byte)',';
            }

            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(buffer.AsSpan(0, at), hash);
            return Convert.ToHexStringLower(hash);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
