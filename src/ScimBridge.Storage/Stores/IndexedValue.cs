using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ScimBridge.Storage.Stores;

/// <summary>
/// A value as it stands in an index. Both databases bound the size of an index entry, so a long value is kept as its beginning and a
/// hash: equality stays exact, and a prefix of up to <see cref="Whole"/> characters can still be looked up.
/// </summary>
public static class IndexedValue
{
    /// <summary>Values up to this many characters are kept whole.</summary>
    public const int Whole = 256;

    /// <summary>The indexed form of a folded value.</summary>
    public static string Of(string value)
    {
        if (value.Length <= Whole)
            return value;
        var end = char.IsHighSurrogate(value[Whole - 1]) ? Whole - 1 : Whole;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(value));
        return string.Create(CultureInfo.InvariantCulture, $"{value.AsSpan(0, end)}#{Convert.ToHexStringLower(hash)}");
    }
}
