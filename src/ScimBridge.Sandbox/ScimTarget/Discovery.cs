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

    /// <summary>Whether a path asks for this.</summary>
    public static bool IsAsked(string[] segments) =>
        segments is ["ServiceProviderConfig" or "ServiceProviderConfigs" or "ResourceTypes" or "Schemas", ..];

    public static ScimReply Answer(ScimTargetSettings settings, ScimRequest request)
    {
        var config = settings.Describes == ScimSelfDescription.Plural ? "ServiceProviderConfigs" : "ServiceProviderConfig";
        if (!IsAsked(request.Segments) || settings.Describes == ScimSelfDescription.Absent)
            throw ScimException.NotFound("Endpoint");
        if (request.Method != HttpMethods.Get)
            throw ScimException.MethodNotAllowed();
        if (settings.Describes == ScimSelfDescription.Protected)
            throw new ScimException(403, null, "This client may not read this.");
        return request.Segments switch
        {
            [var name] when name == config => Config(settings, request.BaseUrl),
            ["ResourceTypes"] => ResourceTypes(settings, null, request.BaseUrl),
            ["ResourceTypes", var name] => ResourceTypes(settings, name, request.BaseUrl),
            ["Schemas"] => SchemaDocuments(null, request.BaseUrl),
            ["Schemas", var urn] => SchemaDocuments(urn, request.BaseUrl),
            _ => throw ScimException.NotFound("Endpoint"),
        };
    }

    private static ScimReply Config(ScimTargetSettings settings, string baseUrl) => ScimReply.Json(new
    {
        schemas = new[] { ConfigSchema },
        patch = new { supported = settings.UserPatch },
        bulk = new { supported = false, maxOperations = 0, maxPayloadSize = 0 },
        filter = new { supported = true, maxResults = settings.MaxPageSize },
        changePassword = new { supported = true },
        sort = new { supported = false },
        etag = new { supported = settings.ETags },
        pagination = new { index = settings.Pages == ScimPages.Index, cursor = settings.Pages == ScimPages.Cursor, maxPageSize = settings.MaxPageSize },
        authenticationSchemes = new[]
        {
            new { type = "oauthbearertoken", name = "Bearer token", description = "A fixed token in the Authorization header." },
        },
        meta = new { resourceType = "ServiceProviderConfig", location = $"{baseUrl}/ServiceProviderConfig" },
    });

    private static ScimReply ResourceTypes(ScimTargetSettings settings, string? name, string baseUrl) =>
        One(Types, name, type => type.Name, type => Describe(type, ResourceStyle.Of(settings, baseUrl)), "Resource type");

    private static ScimReply SchemaDocuments(string? urn, string baseUrl) =>
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

    private static object Describe(ScimResourceType type, ResourceStyle style) => new
    {
        schemas = new[] { TypeSchema },
        id = type.Name,
        name = type.Name,
        endpoint = $"/{style.Collection(type)}",
        schema = type.Core.Urn,
        schemaExtensions = type.Extensions.Select(extension => new { schema = extension.Urn, required = false }),
        meta = new { resourceType = "ResourceType", location = $"{style.BaseUrl}/ResourceTypes/{type.Name}" },
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
