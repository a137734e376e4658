using System.Net;
using System.Text;
using System.Text.Unicode;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Api;

/// <summary>The parameters of a URL (RFC 7644, 3.4.2 and 3.9). Unknown ones are passed over.</summary>
internal static class ScimQuery
{
    /// <summary>All of them.</summary>
    /// <exception cref="ScimException">invalidSyntax: they are no UTF-8. invalidValue.</exception>
    public static SearchRequest Of(HttpContext http)
    {
        Check(http);
        return SearchRequestReader.Read(name => http.Request.Query.TryGetValue(name, out var values) ? values.ToString() : null);
    }

    /// <summary>Those that say which attributes are shown.</summary>
    /// <exception cref="ScimException">invalidSyntax: they are no UTF-8.</exception>
    public static Projection Projection(HttpContext http, ResourceType type, Caller caller)
    {
        if (!http.Request.QueryString.HasValue)
            return Scim.Resources.Projection.Default(type);
        Check(http);
        return Scim.Resources.Projection.Of(
            type,
            Scim.Resources.Projection.Names(http.Request.Query["attributes"]),
            Scim.Resources.Projection.Names(http.Request.Query["excludedAttributes"]),
            caller.Profile);
    }

    // What is no UTF-8 (RFC 7644, 3.8) would be read as the escapes themselves, and quietly find nothing.
    private static void Check(HttpContext http)
    {
        var query = http.Request.QueryString.Value;
        if (query is not null && query.Contains('%', StringComparison.Ordinal) && !Utf8.IsValid(Decoded(query)))
            throw ScimError.InvalidSyntax("The parameters of the URL are not UTF-8.").AsException();
    }

    private static ReadOnlySpan<byte> Decoded(string query)
    {
        var bytes = Encoding.UTF8.GetBytes(query);
        return WebUtility.UrlDecodeToBytes(bytes, 0, bytes.Length);
    }
}
