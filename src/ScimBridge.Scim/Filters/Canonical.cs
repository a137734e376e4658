using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Filters;

/// <summary>
/// The one place that says when two values are the same and which comes first. The evaluator, the search documents and
/// the index entries all go through it, so that a database needs binary comparison only.
/// </summary>
public static class Canonical
{
    /// <summary>
    /// Text whose case does not matter (RFC 7643 7, caseExact false). As PRECIS UsernameCaseMapped (RFC 8265 3.3.1): width
    /// mapping, NFC, the simple case mappings of Unicode to upper and then to lower case (so that the final sigma and
    /// its like meet their siblings), NFC. No culture takes part: the Turkish i is an i everywhere.
    /// </summary>
    public static string Fold(string text) =>
        Ascii.IsValid(text)
            ? text.ToLowerInvariant()
            : WidthMap.Apply(text).Normalize(NormalizationForm.FormC).ToUpperInvariant().ToLowerInvariant()
                .Normalize(NormalizationForm.FormC);

    /// <summary>Compares by Unicode code point, which is the order of the UTF-8 bytes and thus of memcmp.</summary>
    public static int Compare(string left, string right)
    {
        var at = left.AsSpan().CommonPrefixLength(right);
        if (at == left.Length || at == right.Length)
        {
            return left.Length.CompareTo(right.Length);
        }

        return Rank(left[at]).CompareTo(Rank(right[at]));
    }

    /// <summary>The canonical form of text as a value of an attribute; null where it is no value of its type.</summary>
    public static CanonicalValue? OfText(string text, AttributeDefinition attribute) => attribute.Type switch
    {
        AttributeType.String => new CanonicalText(attribute.CaseExact ? text : Fold(text)),
        AttributeType.Reference => new CanonicalText(text),
        AttributeType.Binary => new CanonicalText(text.TrimEnd('=')),
        AttributeType.DateTime => XsdDateTime.Parse(text) is { } instant ? new CanonicalText(XsdDateTime.Format(instant)) : null,
        _ => null,
    };

    /// <summary>The canonical form of a JSON number; null where it is beyond what numbers here can be.</summary>
    public static CanonicalNumber? OfNumber(string json, AttributeType type)
    {
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (type == AttributeType.Integer && decimal.TryParse(json, Style, CultureInfo.InvariantCulture, out var whole))
        {
            return new CanonicalNumber(whole);
        }

        if (!double.TryParse(json, Style, CultureInfo.InvariantCulture, out var binary) || Math.Abs(binary) >= 7.9e27)
        {
            return null;
        }

        return new CanonicalNumber(decimal.Parse(binary.ToString("R", CultureInfo.InvariantCulture), Style, CultureInfo.InvariantCulture));
    }

    /// <summary>The canonical form of a JSON scalar as a value of an attribute; null where it is no value of its type.</summary>
    public static CanonicalValue? Of(JsonNode? node, AttributeDefinition attribute) => node?.GetValueKind() switch
    {
        JsonValueKind.String => OfText(node.GetValue<string>(), attribute),
        JsonValueKind.True when attribute.Type == AttributeType.Boolean => new CanonicalBoolean(true),
        JsonValueKind.False when attribute.Type == AttributeType.Boolean => new CanonicalBoolean(false),
        JsonValueKind.Number when attribute.Type is AttributeType.Integer or AttributeType.Decimal =>
            OfNumber(node.ToJsonString(), attribute.Type),
        _ => null,
    };

    /// <summary>Compares two values of one attribute; truth values sort false first.</summary>
    public static int Compare(CanonicalValue left, CanonicalValue right) => (left, right) switch
    {
        (CanonicalText l, CanonicalText r) => Compare(l.Value, r.Value),
        (CanonicalNumber l, CanonicalNumber r) => l.Value.CompareTo(r.Value),
        (CanonicalBoolean l, CanonicalBoolean r) => l.Value.CompareTo(r.Value),
        _ => throw new ArgumentException("The values are not of one type.", nameof(right)),
    };

    /// <summary>Puts surrogates above the rest of the basic plane, where their code points are.</summary>
    private static int Rank(char c) => char.IsSurrogate(c) ? c + 0x2000 : c >= '\uE000' ? c - 0x800 : c;
}
