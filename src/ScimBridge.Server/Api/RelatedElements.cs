using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Api;

/// <summary>An element of an attribute that is kept in rows: a member, or a group.</summary>
internal readonly record struct RelatedElement(string Id, string? Display, string Type);

/// <summary>The elements of an attribute of a resource that are kept in rows.</summary>
internal sealed record RelatedElements(AttributeDefinition Attribute, IReadOnlyCollection<RelatedElement> Elements)
{
    /// <summary>As a JSON node; the references are completed later. Null where there are none.</summary>
    public JsonArray? ToJson() => Elements.Count == 0 ? null : new JsonArray([.. Elements.Select(Node)]);

    /// <summary>Writes the attribute, where there are any.</summary>
    public void WriteTo(Utf8JsonWriter writer, SchemaCatalog catalog, string baseUrl)
    {
        if (Elements.Count == 0)
            return;
        writer.WriteStartArray(Attribute.Name);
        foreach (var (id, display, type) in Elements)
        {
            writer.WriteStartObject();
            writer.WriteString("value", id);
            if (display is not null)
                writer.WriteString("display", display);
            writer.WriteString("type", type);
            if (ResourceReference.Uri(Attribute, type, id, catalog, baseUrl) is { } uri)
                writer.WriteString("$ref", uri);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static JsonNode Node(RelatedElement element)
    {
        var node = new JsonObject { ["value"] = element.Id };
        if (element.Display is { } display)
            node["display"] = display;
        node["type"] = element.Type;
        return node;
    }
}
