namespace ScimBridge.Scim.Resources;

/// <summary>Base64 as RFC 4648 4 has it; the padding may be missing (RFC 7643 2.3.6).</summary>
internal static class Base64
{
    public static bool IsValid(string text) => Decode(text) is not null;

    public static byte[]? Decode(string text)
    {
        var bare = text.TrimEnd('=');
        if (text.Length - bare.Length > 2 || bare.AsSpan().ContainsAny(" \t\r\n=") || (text.Length > bare.Length && text.Length % 4 != 0))
        {
            return null;
        }

        var bytes = new byte[(bare.Length * 3 / 4) + 3];
        return Convert.TryFromBase64String(bare.PadRight((bare.Length + 3) / 4 * 4, '='), bytes, out var written) ? bytes[..written] : null;
    }
}
