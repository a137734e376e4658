using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>What this target says about itself (RFC 7643 sections 5 to 7).</summary>
internal static class Discovery
{
    private const string ConfigSchema = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
    private const string TypeSchema = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
    private const string SchemaSchema = "urn:ietf:params:scim:schemas:core:2.0:Schema";

    private static readonly ScimResourceType[] Types = [ScimSchemas.User, ScimSchemas.Group];
    private static readonly ScimSchema[] Schemas = [ScimSchemas.UserSchema, ScimSchemas.GroupSchema, ScimSchemas.EnterpriseSchema];

    public static ScimReply Config(ScimTargetSettings settings, string baseUrl) => ScimReply.Json(new
    {
        schemas = new[] { ConfigSchema },
        patch = new { supported = true },
        bulk = new { supported = false, maxOperations = 0, maxPayloadSize = 0 },
        filter = new { supported = true, maxResults = settings.MaxPageSize },
        changePassword = new { supported = true },
        sort = new { supported = false },
        etag = new { supported = true },
        authenticationSchemes = new[]
        {
            new { type = "oauthbearertoken", name = "Bearer token", description = "A fixed token in the Authorization header." },
        },
        meta = new { resourceType = "ServiceProviderConfig", location = $"{baseUrl}/ServiceProviderConfig" },
    });

    public static ScimReply ResourceTypes(string? name, string baseUrl) =>
        One(Types, name, type => type.Name, type => Describe(type, baseUrl), "Resource type");

    public static ScimReply SchemaDocuments(string? urn, string baseUrl) =>
        One(Schemas, urn, schema => schema.Urn, schema => Describe(schema, baseUrl), "Schema");

    private static ScimReply One<T>(T[] all, string? key, Func<T, string> keyOf, Func<T, object> describe, string what)
        where T : class
    {
        if (key is null)
        {
            return ScimReply.Json(new Dictionary<string, object>
            {
                ["schemas"] = new[] { ScimSchemas.ListResponse },
                ["totalResults"] = all.Length,
                ["startIndex"] = 1,
                ["itemsPerPage"] = all.Length,
                ["Resources"] = all.Select(describe),
            });
        }

        return Array.Find(all, item => keyOf(item).Equals(key, StringComparison.OrdinalIgnoreCase)) is { } found
            ? ScimReply.Json(describe(found))
            : throw ScimException.NotFound($"{what} {key}");
    }

    private static object Describe(ScimResourceType type, string baseUrl) => new
    {
        schemas = new[] { TypeSchema },
        id = type.Name,
        name = type.Name,
        endpoint = $"/{type.Endpoint}",
        schema = type.Core.Urn,
        schemaExtensions = type.Extensions.Select(extension => new { schema = extension.Urn, required = false }),
        meta = new { resourceType = "ResourceType", location = $"{baseUrl}/ResourceTypes/{type.Name}" },
    };

    private static object Describe(ScimSchema schema, string baseUrl) => new
    {
        schemas = new[] { SchemaSchema },
        id = schema.Urn,
        name = schema.Name,
        attributes = schema.Attributes,
        meta = new { resourceType = "Schema", location = $"{baseUrl}/Schemas/{schema.Urn}" },
    };
}
