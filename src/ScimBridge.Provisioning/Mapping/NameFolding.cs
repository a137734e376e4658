using System.Globalization;
using System.Text;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>Names without case and accents: as they are written into user names, and as they are compared.</summary>
public static class NameFolding
{
    private static readonly Dictionary<char, string> Written = new()
    {
        ['æ'] = "ae", ['ø'] = "oe", ['å'] = "aa", ['ä'] = "ae", ['ö'] = "oe", ['ü'] = "ue", ['ß'] = "ss", ['œ'] = "oe", ['ð'] = "d",
        ['đ'] = "d", ['þ'] = "th", ['ł'] = "l", ['ı'] = "i", ['ħ'] = "h", ['ə'] = "e", ['ŋ'] = "n", ['ŧ'] = "t", ['ĳ'] = "ij",
    };

    // Letters with a stroke and ligatures have no parts that Unicode would take them apart into.
    private static readonly Dictionary<char, string> Compared = new()
    {
        ['æ'] = "ae", ['ø'] = "o", ['ß'] = "ss", ['œ'] = "oe", ['ð'] = "d", ['đ'] = "d", ['þ'] = "th", ['ł'] = "l", ['ı'] = "i", ['ħ'] = "h",
        ['ŧ'] = "t",
    };

    /// <summary>Writes a name in lower-case ASCII letters and digits; hyphens within it stay. May be empty.</summary>
    public static string ToAscii(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var folded = new StringBuilder(name.Length);
        foreach (var letter in name.Normalize(NormalizationForm.FormC).ToLowerInvariant().EnumerateRunes())
        {
            // Composed first, so that ä is ae and not a; then by its parts, so that ǿ is oe and ễ is e.
            if (letter.IsBmp && Written.TryGetValue((char)letter.Value, out var ascii))
            {
                folded.Append(ascii);
                continue;
            }

            foreach (var part in letter.ToString().Normalize(NormalizationForm.FormD))
            {
                if (Written.TryGetValue(part, out ascii))
                    folded.Append(ascii);
                else if (char.IsAsciiLetterOrDigit(part) || part == '-')
                    // The dotted capital I has no lower case of its own: it comes here as I and a dot.
                    folded.Append(char.ToLowerInvariant(part));
            }
        }

        return folded.ToString().Trim('-');
    }

    /// <summary>The form in which names are compared: two that differ by case, width or accents alone are the same.</summary>
    public static string Key(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Ascii.IsValid(name))
            return name.ToLowerInvariant();
        var folded = new StringBuilder(name.Length);
        foreach (var part in name.Normalize(NormalizationForm.FormKD).ToUpperInvariant().ToLowerInvariant().Normalize(NormalizationForm.FormKD))
        {
            if (Compared.TryGetValue(part, out var plain))
                folded.Append(plain);
            else if (CharUnicodeInfo.GetUnicodeCategory(part) != UnicodeCategory.NonSpacingMark)
                folded.Append(part);
        }

        return folded.ToString().Normalize(NormalizationForm.FormC);
    }
}
