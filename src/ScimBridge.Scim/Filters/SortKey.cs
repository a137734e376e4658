using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Filters;

/// <summary>By what resources are sorted (RFC 7644 3.4.2.3).</summary>
public static class SortKey
{
    /// <summary>The attribute that <c>sortBy</c> names; a complex one with a <c>value</c> stands for that.</summary>
    /// <exception cref="ScimException">invalidValue: there is no such attribute, or it has no order.</exception>
    public static AttributePath Parse(string sortBy, ResourceType type, ClientProfile profile)
    {
        var path = PathResolution.Of(sortBy.Trim(), type, profile.Allows(UnqualifiedExtensionNames.Quirk)).Path;
        if (path is { Leaf.IsComplex: true } && path.Leaf.FindSubAttribute("value") is { } value)
        {
            path = path.To(value);
        }

        return path is { Leaf: { IsComplex: false, Type: not AttributeType.Binary, Returned: not Returned.Never } }
            ? path
            : throw ScimError.InvalidValue($"{type.Name} cannot be sorted by that attribute.").AsException();
    }

    /// <summary>The value of a resource to sort by: of several values the primary one, else the first; null if there is none.</summary>
    public static CanonicalValue? Of(JsonObject resource, AttributePath path)
    {
        var container = path.Schema is null ? resource : resource[path.Schema] as JsonObject;
        var node = container?[path.Attribute.Name];
        if (path.SubAttribute is { } sub)
        {
            if (node is JsonArray elements)
            {
                node = elements.FirstOrDefault(e => e is JsonObject o && o["primary"]?.GetValueKind() == JsonValueKind.True)
                    ?? elements.FirstOrDefault();
            }

            node = (node as JsonObject)?[sub.Name];
        }

        return Canonical.Of(node is JsonArray values ? values.FirstOrDefault() : node, path.Leaf);
    }

    /// <summary>Compares two keys: without a value last when ascending and first when descending.</summary>
    public static int Compare(CanonicalValue? left, CanonicalValue? right, bool descending)
    {
        var order = (left, right) switch
        {
            (null, null) => 0,
            (null, _) => 1,
            (_, null) => -1,
            _ => Canonical.Compare(left, right),
        };
        return descending ? -order : order;
    }
}
