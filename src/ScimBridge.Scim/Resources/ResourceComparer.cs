using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>
/// Whether a write changed anything. Texts must be the same to the letter, since clients expect back what they sent; numbers
/// compare by value; neither the order of members nor that of the elements of an array matters (RFC 7643 2.3.8, 2.4).
/// </summary>
public static class ResourceComparer
{
    public static bool AreEqual(JsonNode? left, JsonNode? right) => (left, right) switch
    {
        (null, null) => true,
        (JsonObject l, JsonObject r) => l.Count == r.Count && l.All(m => r.TryGetPropertyValue(m.Key, out var other) && AreEqual(m.Value, other)),
        (JsonArray l, JsonArray r) => HaveSameElements(l, r),
        (JsonValue l, JsonValue r) => l.GetValueKind() == r.GetValueKind() && AreEqualScalars(l, r),
        _ => false,
    };

    /// <summary>A text that two values share exactly when they are equal.</summary>
    internal static string Key(JsonNode? node) => node switch
    {
        null => "",
        JsonObject complex => $"{{{string.Join(',', complex.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => JsonSerializer.Serialize(m.Key) + ":" + Key(m.Value)))}}}",
        JsonArray array => $"[{string.Join(',', array.Select(Key).Order(StringComparer.Ordinal))}]",
        _ => node.GetValueKind() == JsonValueKind.Number
            ? Number(node.AsValue()).ToString("R", CultureInfo.InvariantCulture)
            : node.ToJsonString(),
    };

    /// <summary>The attributes that differ between two bodies; of a complex single-valued one the sub-attributes that do.</summary>
    public static IReadOnlyList<AttributePath> Changes(JsonObject before, JsonObject after, ResourceType type)
    {
        var changes = new List<AttributePath>();
        Compare(before, after, type.Schema.Attributes.Prepend(CommonAttributes.ExternalId), null, changes);
        foreach (var extension in type.Extensions.Select(e => e.Schema))
        {
            Compare(before[extension.Id] as JsonObject ?? [], after[extension.Id] as JsonObject ?? [], extension.Attributes, extension.Id, changes);
        }

        return changes;
    }

    private static void Compare(
        JsonObject before, JsonObject after, IEnumerable<AttributeDefinition> attributes, string? schema, List<AttributePath> changes)
    {
        foreach (var attribute in attributes)
        {
            var (old, now) = (before[attribute.Name], after[attribute.Name]);
            if (AreEqual(old, now))
            {
                continue;
            }

            var path = new AttributePath(schema, attribute);
            if (attribute is { IsComplex: true, MultiValued: false } && old is null or JsonObject && now is null or JsonObject)
            {
                changes.AddRange(attribute.SubAttributes.Where(s => !AreEqual(old?[s.Name], now?[s.Name])).Select(path.To));
            }
            else
            {
                changes.Add(path);
            }
        }
    }

    private static bool HaveSameElements(JsonArray left, JsonArray right) =>
        left.Count == right.Count
        && left.Select(Key).Order(StringComparer.Ordinal).SequenceEqual(right.Select(Key).Order(StringComparer.Ordinal), StringComparer.Ordinal);

    private static bool AreEqualScalars(JsonValue left, JsonValue right) => left.GetValueKind() switch
    {
        JsonValueKind.String => string.Equals(left.GetValue<string>(), right.GetValue<string>(), StringComparison.Ordinal),
        JsonValueKind.Number => Number(left) == Number(right),
        _ => true,
    };

    private static double Number(JsonValue value) => double.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture);
}
