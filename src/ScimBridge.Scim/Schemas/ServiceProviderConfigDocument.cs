using System.Text.Json.Nodes;

namespace ScimBridge.Scim.Schemas;

/// <summary>The representation of <c>/ServiceProviderConfig</c> (RFC 7643 5, RFC 9865 4, RFC 9967 4).</summary>
public static class ServiceProviderConfigDocument
{
    /// <param name="settings">What the server supports.</param>
    /// <param name="baseUrl">The public base URL of the service, without a trailing slash.</param>
    public static JsonObject Of(ServiceProviderSettings settings, string baseUrl)
    {
        var document = new JsonObject { ["schemas"] = new JsonArray(SchemaUris.ServiceProviderConfig) };
        if (settings.DocumentationUri is not null)
        {
            document["documentationUri"] = settings.DocumentationUri;
        }

        document["patch"] = Supported(settings.Patch);
        document["bulk"] = new JsonObject
        {
            ["supported"] = settings.Bulk,
            ["maxOperations"] = settings.BulkMaxOperations,
            ["maxPayloadSize"] = settings.BulkMaxPayloadSize,
        };
        document["filter"] = new JsonObject { ["supported"] = settings.Filter, ["maxResults"] = settings.MaxPageSize };
        document["changePassword"] = Supported(settings.ChangePassword);
        document["sort"] = Supported(settings.Sort);
        document["etag"] = Supported(settings.ETag);
        document["pagination"] = Pagination(settings);
        if (settings.SecurityEventUris.Count > 0)
        {
            document["securityEvents"] = new JsonObject
            {
                ["asyncRequest"] = "none",
                ["eventUris"] = new JsonArray([.. settings.SecurityEventUris.Select(u => (JsonNode)u)]),
            };
        }

        document["authenticationSchemes"] = new JsonArray([.. settings.AuthenticationSchemes.Select(Scheme)]);
        document["meta"] = DiscoveryDocuments.Meta("ServiceProviderConfig", $"{baseUrl}/ServiceProviderConfig");
        return document;
    }

    private static JsonObject Supported(bool supported) => new() { ["supported"] = supported };

    private static JsonObject Pagination(ServiceProviderSettings settings)
    {
        var pagination = new JsonObject
        {
            ["cursor"] = settings.CursorPagination,
            ["index"] = true,
            ["defaultPaginationMethod"] = "index",
            ["defaultPageSize"] = settings.DefaultPageSize,
            ["maxPageSize"] = settings.MaxPageSize,
        };
        if (settings.CursorTimeout is { } seconds)
        {
            pagination["cursorTimeout"] = seconds;
        }

        return pagination;
    }

    private static JsonObject Scheme(AuthenticationScheme scheme)
    {
        var json = new JsonObject { ["type"] = scheme.Type, ["name"] = scheme.Name, ["description"] = scheme.Description };
        if (scheme.SpecUri is not null)
        {
            json["specUri"] = scheme.SpecUri;
        }

        if (scheme.DocumentationUri is not null)
        {
            json["documentationUri"] = scheme.DocumentationUri;
        }

        json["primary"] = scheme.Primary;
        return json;
    }
}
