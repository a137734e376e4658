using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Api;

/// <summary>The parameters of a URL (RFC 7644, 3.4.2 and 3.9). Unknown ones are passed over.</summary>
internal static class ScimQuery
{
    /// <summary>All of them.</summary>
    public static SearchRequest Of(HttpContext http) =>
        SearchRequestReader.Read(name => http.Request.Query.TryGetValue(name, out var values) ? values.ToString() : null);

    /// <summary>Those that say which attributes are shown.</summary>
    public static Projection Projection(HttpContext http, ResourceType type, Caller caller) => Scim.Resources.Projection.Of(
        type,
        Scim.Resources.Projection.Names(http.Request.Query["attributes"]),
        Scim.Resources.Projection.Names(http.Request.Query["excludedAttributes"]),
        caller.Profile);
}
