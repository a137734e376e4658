using Microsoft.AspNetCore.Authorization;
using ScimBridge.Scim.Errors;

namespace ScimBridge.Server.Api;

/// <summary>Refusals with the header that RFC 6750, 3 asks for and the body that SCIM clients read (RFC 7644, 3.12).</summary>
internal static class BearerAnswer
{
    /// <summary>401: there is no credential, or it is not good.</summary>
    /// <param name="http">The request.</param>
    /// <param name="fault">What is wrong with the credential that it brings.</param>
    public static Task UnauthorizedAsync(HttpContext http, string fault)
    {
        var failed = http.Request.Headers.Authorization.Count > 0;
        // RFC 6750, 3.1: who sent no credential is told of no error.
        http.Response.Headers.WWWAuthenticate = failed ? "Bearer realm=\"scim\", error=\"invalid_token\"" : "Bearer realm=\"scim\"";
        return ScimAnswer.WriteAsync(http, ScimError.Unauthorized(failed ? fault : "A bearer token is needed."));
    }

    /// <summary>403: the credential is good, and not for this.</summary>
    public static Task ForbiddenAsync(HttpContext http)
    {
        var needed = http.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
        if (needed == Scopes.HrisWrite)
            needed += ":" + http.GetRouteValue("source");
        http.Response.Headers.WWWAuthenticate = needed is null || needed.Any(c => c is < '!' or > '~' or '"' or '\\')
            ? "Bearer realm=\"scim\", error=\"insufficient_scope\""
            : $"Bearer realm=\"scim\", error=\"insufficient_scope\", scope=\"{needed}\"";
        return ScimAnswer.WriteAsync(http, ScimError.Forbidden("The token does not allow this."));
    }
}
