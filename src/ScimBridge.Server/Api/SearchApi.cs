using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Api;

/// <summary>Queries in a body (RFC 7644, 3.4.3), and queries of all resource types at the root (3.4.2.1).</summary>
internal static class SearchApi
{
    public static void Map(WebApplication app)
    {
        var types = app.Services.GetRequiredService<SchemaCatalog>().ResourceTypes;
        // An agent is shown at the root as the service account that it is: once.
        var agents = app.Services.GetRequiredService<AgentView>();
        List<ResourceType> all = [.. types.Where(t => !agents.IsOne(t))];
        var scim = app.MapGroup(ScimAddresses.Base).RequireAuthorization(Scopes.ScimRead);
        scim.MapMethods("/", ScimMethods.Reading, (HttpContext http, ScimReader reader, ScimAddresses addresses) =>
            AnswerAsync(http, reader, addresses, all, ScimQuery.Of(http), inUrl: true));
        scim.MapPost("/.search", (HttpContext http, ScimReader reader, ScimAddresses addresses) =>
            SearchAsync(http, reader, addresses, all));
        foreach (var type in types)
        {
            scim.MapPost(type.Endpoint + "/.search", (HttpContext http, ScimReader reader, ScimAddresses addresses) =>
                SearchAsync(http, reader, addresses, [type]));
        }
    }

    private static async Task SearchAsync(HttpContext http, ScimReader reader, ScimAddresses addresses, IReadOnlyList<ResourceType> types)
    {
        var search = SearchRequestReader.Read(await ScimBody.ReadAsync(http), Caller.Of(http).Profile);
        await AnswerAsync(http, reader, addresses, types, search, inUrl: false);
    }

    private static async Task AnswerAsync(
        HttpContext http, ScimReader reader, ScimAddresses addresses, IReadOnlyList<ResourceType> types, SearchRequest search, bool inUrl)
    {
        var list = await reader.ListAsync(Caller.Of(http), types, search, inUrl, addresses.BaseUrl(http), http.RequestAborted);
        await ScimAnswer.WriteAsync(http, StatusCodes.Status200OK, list);
    }
}
