using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>The elements of a multi-valued attribute: when two are the same, and what becomes of it (RFC 7643 2.4).</summary>
internal static class MultiValue
{
    /// <summary>How many elements an attribute that is kept in the body may have; relations have no such bound.</summary>
    public const int MaxElements = 2000;

    /// <summary>Leaves each (type, value) once; what a later element says more is added to the earlier one.</summary>
    public static List<JsonNode> Collapse(IReadOnlyCollection<JsonNode> elements, AttributeDefinition attribute)
    {
        if (elements.Count > MaxElements)
        {
            throw ScimError.InvalidValue($"{attribute.Name} has more than {MaxElements} values.").AsException();
        }

        var kept = new List<JsonNode>();
        var byKey = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var element in elements)
        {
            if (byKey.TryAdd(Key(element, attribute), element))
            {
                kept.Add(element);
            }
            else if (byKey[Key(element, attribute)] is JsonObject earlier)
            {
                Merge(earlier, (JsonObject)element);
            }
        }

        return kept;
    }

    /// <summary>What makes an element itself: value and type, or, without a value, everything.</summary>
    public static string Key(JsonNode element, AttributeDefinition attribute)
    {
        if (element is not JsonObject complex)
        {
            return Canonical.Of(element, attribute)?.IndexText ?? "";
        }

        return Text(complex, attribute, "value") is { } value
            ? $"{value}\n{Text(complex, attribute, "type")}"
            : "\n" + ResourceComparer.Key(complex);
    }

    /// <summary>Whether a complex element has everything that the other says of it.</summary>
    public static bool Has(JsonObject element, JsonObject said, AttributeDefinition attribute) =>
        said.All(m => attribute.FindSubAttribute(m.Key) is { } sub && Canonical.Of(element[sub.Name], sub) == Canonical.Of(m.Value, sub));

    /// <summary>Sets every member of the other in the element.</summary>
    public static void Merge(JsonObject element, JsonObject other)
    {
        foreach (var (name, value) in other)
        {
            element[name] = value?.DeepClone();
        }
    }

    private static string? Text(JsonObject complex, AttributeDefinition attribute, string name) =>
        attribute.FindSubAttribute(name) is { } sub ? Canonical.Of(complex[sub.Name], sub)?.IndexText : null;
}
