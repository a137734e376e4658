using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>The <c>schemas</c> attribute of requests and resources (RFC 7643 3).</summary>
internal static class SchemasRule
{
    /// <summary>Checks the <c>schemas</c> of a body: a non-empty array of strings with the base schema, and nothing unknown.</summary>
    public static void Check(JsonNode? schemas, ResourceType type, ClientProfile profile)
    {
        if (Uris(schemas, profile) is not { } uris)
        {
            return;
        }

        if (!profile.Allows(UnknownSchemas.Quirk) && uris.Find(u => type.FindSchema(u) is null) is { } unknown)
        {
            throw ScimError.InvalidValue($"{type.Name} does not have the schema \"{(unknown.Length > 200 ? unknown[..200] : unknown)}\".").AsException();
        }

        if (!profile.Allows(MissingSchemas.Quirk) && !uris.Exists(u => type.FindSchema(u) == type.Schema))
        {
            throw ScimError.InvalidValue($"schemas must name {type.Schema.Id}.").AsException();
        }
    }

    /// <summary>Checks the <c>schemas</c> of a message (RFC 7644 3.5.2 and others): the URI of the message must be there.</summary>
    public static void CheckMessage(JsonNode? schemas, string message, ClientProfile profile)
    {
        if (Uris(schemas, profile) is { } uris && !uris.Exists(u => string.Equals(u, message, StringComparison.OrdinalIgnoreCase)))
        {
            throw ScimError.InvalidSyntax($"schemas must name {message}.").AsException();
        }
    }

    /// <summary>Sets <c>schemas</c> to the base schema and exactly the extensions that have values.</summary>
    public static void Set(JsonObject body, ResourceType type)
    {
        body.Remove("schemas");
        string[] uris = [type.Schema.Id, .. type.Extensions.Select(e => e.Schema.Id).Where(body.ContainsKey)];
        body.Insert(0, "schemas", new JsonArray([.. uris.Select(u => JsonValue.Create(u))]));
    }

    /// <summary>The URIs, or null where the client may leave them out.</summary>
    private static List<string>? Uris(JsonNode? schemas, ClientProfile profile)
    {
        if (schemas is JsonArray { Count: > 0 } array && array.All(u => u is JsonValue && u.GetValueKind() == JsonValueKind.String))
        {
            return [.. array.Select(u => u!.GetValue<string>())];
        }

        return schemas is null or JsonArray { Count: 0 } && profile.Allows(MissingSchemas.Quirk)
            ? null
            : throw ScimError.InvalidSyntax("schemas must be a non-empty array of strings.").AsException();
    }
}
