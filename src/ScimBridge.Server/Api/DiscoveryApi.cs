using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Api;

/// <summary>What the service is: ServiceProviderConfig, ResourceTypes, Schemas (RFC 7644, 4).</summary>
internal static class DiscoveryApi
{
    // What this service can do. It is written here, in the one place that clients are told from.
    private static readonly ServiceProviderSettings Settings = new()
    {
        BulkMaxOperations = BulkApi.MaxOperations,
        BulkMaxPayloadSize = ScimBody.MaxSize,
        MaxPageSize = ScimReader.MaxPageSize,
        DefaultPageSize = ScimReader.DefaultPageSize,
    };

    public static void Map(WebApplication app)
    {
        var scim = app.MapGroup(ScimAddresses.Base).RequireAuthorization(Scopes.ScimRead);
        var transmits = app.Services.GetRequiredService<BridgeConfiguration>().Options.Signals is not null;
        var settings = Settings with
        {
            SecurityEventUris = transmits ? [.. SignalEvents.Supported.Where(SignalEvents.IsOfScim).Select(SignalEvents.UriOf)] : [],
        };
        scim.MapMethods("/ServiceProviderConfig", ScimMethods.Reading, (HttpContext http, ScimAddresses addresses) =>
            AnswerAsync(http, ServiceProviderConfigDocument.Of(settings, addresses.BaseUrl(http))));
        scim.MapMethods("/ResourceTypes", ScimMethods.Reading, (HttpContext http, ScimAddresses addresses, SchemaCatalog catalog) =>
            AnswerAsync(http, [.. catalog.ResourceTypes.Select(t => DiscoveryDocuments.Of(t, addresses.BaseUrl(http)))]));
        scim.MapMethods("/ResourceTypes/{name}", ScimMethods.Reading, (HttpContext http, string name, ScimAddresses addresses, SchemaCatalog catalog) =>
            AnswerAsync(http, catalog.FindResourceType(name) is { } type ? DiscoveryDocuments.Of(type, addresses.BaseUrl(http)) : null));
        scim.MapMethods("/Schemas", ScimMethods.Reading, (HttpContext http, ScimAddresses addresses, SchemaCatalog catalog) =>
            AnswerAsync(http, [.. catalog.Schemas.Select(s => DiscoveryDocuments.Of(s, addresses.BaseUrl(http)))]));
        scim.MapMethods("/Schemas/{uri}", ScimMethods.Reading, (HttpContext http, string uri, ScimAddresses addresses, SchemaCatalog catalog) =>
            AnswerAsync(http, catalog.FindSchema(uri) is { } schema ? DiscoveryDocuments.Of(schema, addresses.BaseUrl(http)) : null));
    }

    private static Task AnswerAsync(HttpContext http, JsonObject? document)
    {
        RefuseFilter(http);
        return document is null
            ? ScimAnswer.WriteAsync(http, ScimError.NotFound("There is no such document."))
            : ScimAnswer.WriteAsync(http, StatusCodes.Status200OK, document);
    }

    private static Task AnswerAsync(HttpContext http, JsonNode[] documents)
    {
        RefuseFilter(http);
        return ScimAnswer.WriteAsync(http, StatusCodes.Status200OK, ScimJson.ToUtf8(ListResponse.OfAll(documents)));
    }

    // RFC 7644, 4: a filter here is a client that expects something else than it gets.
    private static void RefuseFilter(HttpContext http)
    {
        if (http.Request.Query.ContainsKey("filter"))
            throw ScimError.Forbidden("These documents cannot be filtered.").AsException();
    }
}
