using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ScimBridge.Server.Jobs;

/// <summary>Fingerprints of what an item of a plan rests on: long enough that two never meet, and no way back to what was hashed.</summary>
internal static class PlanBasis
{
    private const int Characters = 24;

    /// <summary>The fingerprint of some texts and numbers in their order.</summary>
    public static string Of(params ReadOnlySpan<object?> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            // Lengths keep neighbours apart.
            var word = Convert.ToString(part, CultureInfo.InvariantCulture) ?? "";
            text.Append(word.Length).Append(part is null ? '-' : ':').Append(word);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..Characters];
    }
}
