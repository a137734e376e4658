using ScimBridge.Scim.Errors;

namespace ScimBridge.Server.Api;

/// <summary><c>/Me</c> (RFC 7644, 3.11): the credentials of this service belong to clients, and no client is a user.</summary>
internal static class MeApi
{
    public static void Map(WebApplication app) => app.Map(
        ScimAddresses.Base + "/Me/{**rest}",
        (HttpContext http) => ScimAnswer.WriteAsync(http, ScimError.NotImplemented("The credential belongs to a client, not to a user.")))
        .RequireAuthorization();
}
