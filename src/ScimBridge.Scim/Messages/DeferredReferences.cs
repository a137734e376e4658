using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Messages;

/// <summary>
/// Splits the data of a POST into what can be created at once and what has to wait for references: whole attributes, or of a
/// multi-valued one the elements with such a reference.
/// </summary>
internal static class DeferredReferences
{
    /// <summary>The data without what has to wait.</summary>
    public static JsonObject Without(BulkOperation operation, IReadOnlySet<string> deferred)
    {
        var data = (JsonObject)operation.Data!.DeepClone();
        foreach (var (container, name, _) in Places(data, operation.Type!, deferred))
        {
            if (container[name] is JsonArray array)
            {
                foreach (var element in array.Where(e => Waits(e, deferred)).ToList())
                {
                    array.Remove(element);
                }
            }
            else
            {
                container.Remove(name);
            }
        }

        return data;
    }

    /// <summary>The PatchOp message that adds what had to wait.</summary>
    public static JsonObject Patch(BulkOperation operation, IReadOnlySet<string> deferred)
    {
        var operations = new JsonArray();
        foreach (var (container, name, path) in Places(operation.Data!, operation.Type!, deferred))
        {
            var value = container[name] is JsonArray array
                ? new JsonArray([.. array.Where(e => Waits(e, deferred)).Select(e => e!.DeepClone())])
                : container[name]!.DeepClone();
            operations.Add((JsonNode)new JsonObject { ["op"] = "add", ["path"] = path, ["value"] = value });
        }

        return new JsonObject { ["schemas"] = new JsonArray(MessageUris.PatchOp), ["Operations"] = operations };
    }

    private static List<(JsonObject Container, string Name, string Path)> Places(JsonObject data, ResourceType type, IReadOnlySet<string> deferred)
    {
        var places = new List<(JsonObject, string, string)>();
        foreach (var (name, node) in data)
        {
            if (type.FindExtension(name) is { } extension && node is JsonObject container)
            {
                places.AddRange(container.Where(m => Waits(m.Value, deferred)).Select(m => (container, m.Key, $"{extension.Id}:{m.Key}")));
            }
            else if (Waits(node, deferred))
            {
                places.Add((data, name, name));
            }
        }

        return places;
    }

    private static bool Waits(JsonNode? node, IReadOnlySet<string> deferred) => BulkReference.In(node).Any(deferred.Contains);
}
