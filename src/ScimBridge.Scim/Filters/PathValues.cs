using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Filters;

/// <summary>The canonical values that a resource has at a path, in order.</summary>
internal static class PathValues
{
    public static IEnumerable<CanonicalValue> Of(JsonObject resource, AttributePath path)
    {
        var container = path.Schema is null ? resource : resource[path.Schema] as JsonObject;
        var elements = Each(container?[path.Attribute.Name]);
        var leaves = path.SubAttribute is { } sub ? elements.SelectMany(e => Each((e as JsonObject)?[sub.Name])) : elements;
        return leaves.Select(leaf => Canonical.Of(leaf, path.Leaf)).OfType<CanonicalValue>();
    }

    private static IEnumerable<JsonNode?> Each(JsonNode? node) => node is JsonArray array ? array : Enumerable.Repeat(node, 1);
}
