using System.Text.Json.Nodes;

namespace ScimBridge.Scim.Schemas;

/// <summary>The representations of <c>/Schemas</c> and <c>/ResourceTypes</c> (RFC 7643 6 and 7), without null members.</summary>
public static class DiscoveryDocuments
{
    /// <param name="schema">The schema to show.</param>
    /// <param name="baseUrl">The public base URL of the service, without a trailing slash.</param>
    public static JsonObject Of(SchemaDefinition schema, string baseUrl) => new()
    {
        ["schemas"] = new JsonArray(SchemaUris.Schema),
        ["id"] = schema.Id,
        ["name"] = schema.Name,
        ["description"] = schema.Description,
        ["attributes"] = Attributes(schema.Attributes),
        ["meta"] = Meta("Schema", $"{baseUrl}/Schemas/{schema.Id}"),
    };

    /// <param name="type">The resource type to show.</param>
    /// <param name="baseUrl">The public base URL of the service, without a trailing slash.</param>
    public static JsonObject Of(ResourceType type, string baseUrl)
    {
        var document = new JsonObject
        {
            ["schemas"] = new JsonArray(SchemaUris.ResourceType),
            ["id"] = type.Id,
            ["name"] = type.Name,
            ["description"] = type.Description,
            ["endpoint"] = type.Endpoint,
            ["schema"] = type.Schema.Id,
        };
        if (type.Extensions.Count > 0)
        {
            document["schemaExtensions"] = new JsonArray(
                [.. type.Extensions.Select(e => new JsonObject { ["schema"] = e.Schema.Id, ["required"] = e.Required })]);
        }

        document["meta"] = Meta("ResourceType", $"{baseUrl}/ResourceTypes/{type.Name}");
        return document;
    }

    internal static JsonObject Meta(string resourceType, string location) =>
        new() { ["resourceType"] = resourceType, ["location"] = location };

    private static JsonArray Attributes(IEnumerable<AttributeDefinition> attributes) => new([.. attributes.Select(Attribute)]);

    private static JsonObject Attribute(AttributeDefinition attribute)
    {
        var json = new JsonObject
        {
            ["name"] = attribute.Name,
            ["type"] = CharacteristicNames.Of(attribute.Type),
            ["multiValued"] = attribute.MultiValued,
            ["description"] = attribute.Description,
            ["required"] = attribute.Required,
        };
        if (attribute.CanonicalValues.Count > 0)
        {
            json["canonicalValues"] = Texts(attribute.CanonicalValues);
        }

        if (!attribute.IsComplex)
        {
            json["caseExact"] = attribute.CaseExact;
        }

        json["mutability"] = CharacteristicNames.Of(attribute.Mutability);
        json["returned"] = CharacteristicNames.Of(attribute.Returned);
        if (!attribute.IsComplex)
        {
            json["uniqueness"] = CharacteristicNames.Of(attribute.Uniqueness);
        }

        if (attribute.ReferenceTypes.Count > 0)
        {
            json["referenceTypes"] = Texts(attribute.ReferenceTypes);
        }

        if (attribute.SubAttributes.Count > 0)
        {
            json["subAttributes"] = Attributes(attribute.SubAttributes);
        }

        return json;
    }

    private static JsonArray Texts(IEnumerable<string> values) => new([.. values.Select(v => JsonValue.Create(v))]);
}
