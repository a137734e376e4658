using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Api;

/// <summary>Many operations in one request (RFC 7644, 3.7).</summary>
internal static class BulkApi
{
    /// <summary>The most operations in one request.</summary>
    public const int MaxOperations = 1_000;

    public static void Map(WebApplication app) =>
        app.MapPost(ScimAddresses.Base + "/Bulk", PostAsync).RequireAuthorization(Scopes.ScimWrite);

    private static async Task PostAsync(HttpContext http, SchemaCatalog catalog, ScimWriter writer, ScimAddresses addresses)
    {
        var caller = Caller.Of(http);
        var baseUrl = addresses.BaseUrl(http);
        var request = BulkRequestReader.Read(await ScimBody.ReadAsync(http), catalog, caller.Profile, MaxOperations, baseUrl);
        var results = await new BulkRun(writer, caller, baseUrl, http.RequestAborted).RunAsync(request);
        await ScimAnswer.WriteAsync(http, StatusCodes.Status200OK, BulkResponse.Of(results));
    }
}
