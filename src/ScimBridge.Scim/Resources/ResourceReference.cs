using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>
/// Complex values that refer to a resource by <c>value</c> and <c>$ref</c>, such as manager and members. The id alone is kept; the
/// URI is made when the resource is shown, so that the two never disagree.
/// </summary>
public static class ResourceReference
{
    /// <summary>Whether the attribute refers to resources of this server.</summary>
    public static bool IsIn(AttributeDefinition attribute) => attribute.RefersToResources;

    /// <summary>
    /// Gives every reference in a representation its <c>$ref</c>, absolute: the type of the element decides, or else the only type
    /// that the schema allows.
    /// </summary>
    /// <param name="representation">The resource as it will be shown; changed in place.</param>
    /// <param name="type">The type of the resource.</param>
    /// <param name="catalog">Where the endpoints of the types are.</param>
    /// <param name="baseUrl">The public base URL, without a trailing slash.</param>
    public static void Complete(JsonObject representation, ResourceType type, SchemaCatalog catalog, string baseUrl)
    {
        Complete(representation, type.Schema.Attributes, catalog, baseUrl);
        foreach (var extension in type.Extensions)
        {
            if (representation[extension.Schema.Id] is JsonObject container)
            {
                Complete(container, extension.Schema.Attributes, catalog, baseUrl);
            }
        }
    }

    /// <summary>The URI of a resource, or null if the type has no endpoint.</summary>
    public static string? Uri(string resourceType, string id, SchemaCatalog catalog, string baseUrl) =>
        catalog.FindResourceType(resourceType) is { } type ? $"{baseUrl}{type.Endpoint}/{System.Uri.EscapeDataString(id)}" : null;

    /// <summary>The URI of what an element refers to, or null: the type of the element decides, or else the only type that the schema allows.</summary>
    public static string? Uri(AttributeDefinition attribute, string? kind, string id, SchemaCatalog catalog, string baseUrl)
    {
        var types = attribute.FindSubAttribute("$ref")!.ReferenceTypes;
        var target = types.FirstOrDefault(t => string.Equals(t, kind, StringComparison.OrdinalIgnoreCase))
            ?? (types.Count == 1 ? types[0] : null);
        return target is null ? null : Uri(target, id, catalog, baseUrl);
    }

    /// <summary>Takes the id out of a URI where it stands alone, refuses a URI of another resource, and drops the URI.</summary>
    internal static void KeepIdOnly(JsonObject members, AttributeDefinition attribute, string where)
    {
        if (!IsIn(attribute) || !members.Remove("$ref", out var reference) || reference is null)
        {
            return;
        }

        var id = System.Uri.UnescapeDataString(reference.GetValue<string>().TrimEnd('/').Split('/')[^1]);
        if (!members.TryGetPropertyValue("value", out var value))
        {
            if (id.Length > 0)
            {
                members.Insert(0, "value", id);
            }
        }
        else if (id.Length > 0 && !string.Equals(id, value?.GetValue<string>(), StringComparison.Ordinal))
        {
            throw ScimError.InvalidValue($"{where} has a value and a $ref that name different resources.").AsException();
        }
    }

    private static void Complete(JsonObject container, IEnumerable<AttributeDefinition> attributes, SchemaCatalog catalog, string baseUrl)
    {
        foreach (var attribute in attributes.Where(IsIn))
        {
            var node = container[attribute.Name];
            foreach (var element in node is JsonArray array ? array.OfType<JsonObject>() : new[] { node }.OfType<JsonObject>())
            {
                if ((string?)element["value"] is { } id
                    && Uri(attribute, (element["type"] as JsonValue)?.ToString(), id, catalog, baseUrl) is { } uri)
                {
                    element["$ref"] = uri;
                }
            }
        }
    }
}
