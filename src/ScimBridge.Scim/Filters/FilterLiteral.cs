using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Filters;

/// <summary>Reads the value of a comparison: false, null, true, a number or a string of JSON (RFC 7644 3.4.2.2).</summary>
internal static class FilterLiteral
{
    /// <summary>The canonical value, or null where the token is no value of the attribute's type.</summary>
    public static CanonicalValue? Read(FilterToken token, AttributeDefinition attribute, ClientProfile profile)
    {
        if (attribute.Type == AttributeType.Boolean)
        {
            return Boolean(token, profile);
        }

        if (token.Kind == FilterTokenKind.Text)
        {
            return Canonical.OfText(token.Text, attribute);
        }

        if (attribute.Type is AttributeType.Integer or AttributeType.Decimal)
        {
            return IsJsonNumber(token.Text) ? Canonical.OfNumber(token.Text, attribute.Type) : null;
        }

        return UnquotedFilterValues.Read(token.Text, profile) is { } word ? Canonical.OfText(word, attribute) : null;
    }

    /// <summary>Truth values are JSON literals; quoted ones in any case are taken from everyone, since so many clients send them.</summary>
    private static CanonicalBoolean? Boolean(FilterToken token, ClientProfile profile) =>
        token.Kind == FilterTokenKind.Text
            ? bool.TryParse(token.Text, out var quoted) ? new CanonicalBoolean(quoted) : null
            : token.Text switch
            {
                "true" => new CanonicalBoolean(true),
                "false" => new CanonicalBoolean(false),
                _ => UnquotedFilterValues.Read(token.Text, profile) is { } word && bool.TryParse(word, out var bare) ? new CanonicalBoolean(bare) : null,
            };

    private static bool IsJsonNumber(string text)
    {
        var at = text.StartsWith('-') ? 1 : 0;
        var start = at;
        SkipDigits(text, ref at);
        if (at == start || (text[start] == '0' && at > start + 1))
        {
            return false;
        }

        if (at < text.Length && text[at] == '.')
        {
            var fraction = ++at;
            SkipDigits(text, ref at);
            if (at == fraction)
            {
                return false;
            }
        }

        if (at < text.Length && text[at] is 'e' or 'E')
        {
            at += at + 1 < text.Length && text[at + 1] is '+' or '-' ? 2 : 1;
            var exponent = at;
            SkipDigits(text, ref at);
            if (at == exponent)
            {
                return false;
            }
        }

        return at == text.Length;
    }

    private static void SkipDigits(string text, ref int at)
    {
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }
    }
}
