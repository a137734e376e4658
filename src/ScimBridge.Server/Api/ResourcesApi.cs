using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Api;

/// <summary>The resources of every type that the catalogue has: read one, list with filter and paging (RFC 7644, 3.4).</summary>
internal static class ResourcesApi
{
    public static void Map(WebApplication app)
    {
        foreach (var type in app.Services.GetRequiredService<SchemaCatalog>().ResourceTypes)
        {
            var resources = app.MapGroup(ScimAddresses.Base + type.Endpoint).RequireAuthorization(Scopes.ScimRead);
            resources.MapGet("", (HttpContext http, ScimReader reader) => ListAsync(http, reader, type));
            resources.MapGet("{id}", (HttpContext http, string id, ScimReader reader) => GetAsync(http, reader, type, id));
        }
    }

    private static async Task GetAsync(HttpContext http, ScimReader reader, ResourceType type, string id)
    {
        if (await reader.FindAsync(http, type, id) is not { } resource)
            throw ScimError.NotFound($"There is no {type.Name} with this id.").AsException();
        http.Response.Headers.ContentLocation = resource["meta"]!["location"]!.GetValue<string>();
        await ScimAnswer.WriteAsync(http, StatusCodes.Status200OK, ScimJson.ToUtf8(resource));
    }

    private static async Task ListAsync(HttpContext http, ScimReader reader, ResourceType type) =>
        await ScimAnswer.WriteAsync(http, StatusCodes.Status200OK, ScimJson.ToUtf8(await reader.ListAsync(http, type)));
}
