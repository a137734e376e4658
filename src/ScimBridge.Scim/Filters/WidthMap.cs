using System.Text;

namespace ScimBridge.Scim.Filters;

/// <summary>
/// The width mapping of PRECIS (RFC 8265 3.3.1): fullwidth and halfwidth forms become the characters that they are
/// forms of, one step and no further compatibility mapping.
/// </summary>
internal static class WidthMap
{
    private const char First = '\uFF01';
    private const char Last = '\uFFEE';
    private const char IdeographicSpace = '\u3000';

    // U+FF5F to U+FF9F: brackets, halfwidth katakana, and the two voicing marks as combining characters.
    private const string FromFf5f =
        "\u2985\u2986\u3002\u300C\u300D\u3001\u30FB\u30F2\u30A1\u30A3\u30A5\u30A7\u30A9\u30E3\u30E5\u30E7\u30C3\u30FC"
        + "\u30A2\u30A4\u30A6\u30A8\u30AA\u30AB\u30AD\u30AF\u30B1\u30B3\u30B5\u30B7\u30B9\u30BB\u30BD\u30BF\u30C1\u30C4"
        + "\u30C6\u30C8\u30CA\u30CB\u30CC\u30CD\u30CE\u30CF\u30D2\u30D5\u30D8\u30DB\u30DE\u30DF\u30E0\u30E1\u30E2\u30E4"
        + "\u30E6\u30E8\u30E9\u30EA\u30EB\u30EC\u30ED\u30EF\u30F3\u3099\u309A";

    // U+FFE0 to U+FFE6 and U+FFE8 to U+FFEE: signs, arrows and boxes.
    private const string FromFfe0 = "\u00A2\u00A3\u00AC\u00AF\u00A6\u00A5\u20A9";
    private const string FromFfe8 = "\u2502\u2190\u2191\u2192\u2193\u25A0\u25CB";

    public static string Apply(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange(First, Last) && !text.Contains(IdeographicSpace, StringComparison.Ordinal))
        {
            return text;
        }

        var mapped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            mapped.Append(Map(c));
        }

        return mapped.ToString();
    }

    private static char Map(char c) => c switch
    {
        IdeographicSpace => ' ',
        >= '\uFF01' and <= '\uFF5E' => (char)(c - 0xFF01 + 0x0021),
        >= '\uFF5F' and <= '\uFF9F' => FromFf5f[c - 0xFF5F],
        '\uFFA0' => '\u3164',
        >= '\uFFA1' and <= '\uFFBE' => (char)(c - 0xFFA1 + 0x3131),
        >= '\uFFC2' and <= '\uFFC7' => (char)(c - 0xFFC2 + 0x314F),
        >= '\uFFCA' and <= '\uFFCF' => (char)(c - 0xFFCA + 0x3155),
        >= '\uFFD2' and <= '\uFFD7' => (char)(c - 0xFFD2 + 0x315B),
        >= '\uFFDA' and <= '\uFFDC' => (char)(c - 0xFFDA + 0x3161),
        >= '\uFFE0' and <= '\uFFE6' => FromFfe0[c - 0xFFE0],
        >= '\uFFE8' and <= '\uFFEE' => FromFfe8[c - 0xFFE8],
        _ => c,
    };
}
