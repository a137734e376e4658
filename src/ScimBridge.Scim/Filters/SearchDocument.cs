using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Filters;

/// <summary>
/// The shadow of a resource that a database searches: the same shape and names, every scalar in its canonical form
/// (<see cref="Canonical"/>). Left out is what is stored elsewhere (id, meta, relations and what derives from them) or must not
/// be searched (what is never returned).
/// </summary>
public static class SearchDocument
{
    public static JsonObject From(JsonObject body, ResourceType type)
    {
        var document = new JsonObject();
        foreach (var (name, node) in body)
        {
            if (type.FindExtension(name) is { } extension)
            {
                if (node is JsonObject container && Complex(container, extension.Find) is { Count: > 0 } members)
                {
                    document[extension.Id] = members;
                }
            }
            else if (type.Find(name) is { } attribute && attribute != CommonAttributes.Id && attribute != CommonAttributes.Meta
                && !type.IsOutsideBody(attribute))
            {
                Put(document, attribute, node);
            }
        }

        return document;
    }

    private static void Put(JsonObject document, AttributeDefinition attribute, JsonNode? node)
    {
        if (attribute.Returned != Returned.Never && Value(attribute, node) is { } value)
        {
            document[attribute.Name] = value;
        }
    }

    private static JsonNode? Value(AttributeDefinition attribute, JsonNode? node)
    {
        if (node is not JsonArray array)
        {
            return node is JsonObject complex ? Complex(complex, attribute.FindSubAttribute) : Canonical.Of(node, attribute)?.ToJson();
        }

        var elements = array.Select(e => Value(attribute, e)).OfType<JsonNode>().ToArray();
        return elements.Length > 0 ? new JsonArray(elements) : null;
    }

    private static JsonObject Complex(JsonObject complex, Func<string, AttributeDefinition?> find)
    {
        var document = new JsonObject();
        foreach (var (name, node) in complex)
        {
            if (find(name) is { } attribute)
            {
                Put(document, attribute, node);
            }
        }

        return document;
    }
}
