using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Api;

/// <summary>
/// The public keys of the bridge (JWKS, RFC 7517, 5): whoever is to check a signature has no credential here. Receivers may keep them for
/// five minutes; an unknown <c>kid</c> is the sign to fetch them anew.
/// </summary>
internal static class SigningKeysApi
{
    /// <summary>Where the keys are.</summary>
    public const string Path = "/.well-known/jwks.json";

    public static void Map(WebApplication app) => app.MapGet(Path, GetAsync).AllowAnonymous();

    private static async Task GetAsync(HttpContext http, SigningKeys keys, CancellationToken cancel)
    {
        http.Response.Headers.CacheControl = "public, max-age=300";
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(await keys.JwksAsync(cancel), cancel);
    }
}
