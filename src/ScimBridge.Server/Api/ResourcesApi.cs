using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Patching;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>The resources of every type that the catalogue has (RFC 7644, 3.3 to 3.6).</summary>
internal sealed class ResourcesApi
{
    private readonly ResourceType _type;
    private readonly ScimReader _reader;
    private readonly ScimWriter _writer;
    private readonly Representations _representations;
    private readonly ScimAddresses _addresses;

    private ResourcesApi(ResourceType type, IServiceProvider services)
    {
        _type = type;
        _reader = services.GetRequiredService<ScimReader>();
        _writer = services.GetRequiredService<ScimWriter>();
        _representations = services.GetRequiredService<Representations>();
        _addresses = services.GetRequiredService<ScimAddresses>();
    }

    public static void Map(WebApplication app)
    {
        foreach (var type in app.Services.GetRequiredService<SchemaCatalog>().ResourceTypes)
        {
            var api = new ResourcesApi(type, app.Services);
            var resources = app.MapGroup(ScimAddresses.Base + type.Endpoint);
            resources.MapMethods("", ScimMethods.Reading, api.ListAsync).RequireAuthorization(Scopes.ScimRead);
            resources.MapMethods("{id}", ScimMethods.Reading, (HttpContext http, string id) => api.GetAsync(http, id)).RequireAuthorization(Scopes.ScimRead);
            resources.MapPost("", api.PostAsync).RequireAuthorization(Scopes.ScimWrite);
            resources.MapPut("{id}", (HttpContext http, string id) => api.PutAsync(http, id)).RequireAuthorization(Scopes.ScimWrite);
            resources.MapPatch("{id}", (HttpContext http, string id) => api.PatchAsync(http, id)).RequireAuthorization(Scopes.ScimWrite);
            resources.MapDelete("{id}", (HttpContext http, string id) => api.DeleteAsync(http, id)).RequireAuthorization(Scopes.ScimWrite);
        }
    }

    private async Task ListAsync(HttpContext http)
    {
        var list = await _reader.ListAsync(
            Caller.Of(http), [_type], ScimQuery.Of(http), inUrl: true, _addresses.BaseUrl(http), http.RequestAborted);
        await ScimAnswer.WriteAsync(http, StatusCodes.Status200OK, list);
    }

    private async Task GetAsync(HttpContext http, string id)
    {
        var projection = ScimQuery.Projection(http, _type, Caller.Of(http));
        var known = http.Request.Headers.IfNoneMatch;
        var (row, shown) = await _reader.FindAsync(
            _type,
            id,
            async (session, row) => (row, Shown: known.Count > 0 && EntityTag.Matches(known, row.Version)
                ? (ReadOnlyMemory<byte>?)null
                : await _representations.OfAsync(session, row, projection, _addresses.BaseUrl(http), written: null, http.RequestAborted)),
            http.RequestAborted);
        http.Response.Headers.ContentLocation = ResourceLocation.Of(_addresses.BaseUrl(http), _type, id);
        await AnswerAsync(http, shown is null ? StatusCodes.Status304NotModified : StatusCodes.Status200OK, row, shown);
    }

    private async Task PostAsync(HttpContext http)
    {
        var caller = Caller.Of(http);
        var projection = ScimQuery.Projection(http, _type, caller);
        var input = ResourceReader.Create(await ScimBody.ReadAsync(http), _type, caller.Profile);
        var (row, shown) = await _writer.RunAsync(
            caller,
            (changer, _) => changer.CreateAsync(new NewResource(_type, _writer.NewId(), input)),
            (session, written) => ShowAsync(http, session, written, projection),
            http.RequestAborted);
        http.Response.Headers.Location = ResourceLocation.Of(_addresses.BaseUrl(http), _type, row.Id);
        await AnswerAsync(http, StatusCodes.Status201Created, row, shown);
    }

    private async Task PutAsync(HttpContext http, string id)
    {
        var caller = Caller.Of(http);
        var projection = ScimQuery.Projection(http, _type, caller);
        var body = await ReadAsync(http, id, b => b);
        var (row, shown) = await _writer.RunAsync(
            caller,
            async (changer, _) =>
                await changer.ReplaceAsync(_type, await changer.HoldAsync(_type, id, Precondition.Of(http)), body),
            (session, written) => ShowAsync(http, session, written, projection),
            http.RequestAborted);
        http.Response.Headers.ContentLocation = ResourceLocation.Of(_addresses.BaseUrl(http), _type, id);
        await AnswerAsync(http, StatusCodes.Status200OK, row, shown);
    }

    private async Task PatchAsync(HttpContext http, string id)
    {
        var caller = Caller.Of(http);
        var projection = ScimQuery.Projection(http, _type, caller);
        var patch = await ReadAsync(http, id, b => PatchReader.Read(b, _type, caller.Profile));
        // A group is shown only where its attributes are asked for: a body of 100,000 members helps nobody.
        var isShown = _type.Relation is null || projection.IsAsked;
        var (row, shown) = await _writer.RunAsync(
            caller,
            async (changer, _) => await changer.PatchAsync(_type, await changer.HoldAsync(_type, id, Precondition.Of(http)), patch),
            async (session, written) => isShown ? await ShowAsync(http, session, written, projection) : (written.Row, null),
            http.RequestAborted);
        await AnswerAsync(http, isShown ? StatusCodes.Status200OK : StatusCodes.Status204NoContent, row, shown);
    }

    private async Task DeleteAsync(HttpContext http, string id)
    {
        var refusal = await _writer.RunAsync(
            Caller.Of(http),
            async (changer, _) => await changer.DeleteAsync(_type, await changer.HoldAsync(_type, id, Precondition.Of(http))),
            (_, refused) => Task.FromResult(refused),
            http.RequestAborted);
        if (refusal is not null)
            throw refusal.AsException();
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    // Of a resource that is not there nothing can be wrong but that: 404 comes before the faults of the body.
    private async Task<T> ReadAsync<T>(HttpContext http, string id, Func<JsonObject, T> read)
    {
        try
        {
            return read(await ScimBody.ReadAsync(http));
        }
        catch (ScimException e) when (e.Error.Status == StatusCodes.Status400BadRequest)
        {
            await _reader.FindAsync(_type, id, (_, row) => Task.FromResult(row), http.RequestAborted);
            throw;
        }
    }

    private async Task<(ResourceRow Row, ReadOnlyMemory<byte>? Shown)> ShowAsync(
        HttpContext http, Storage.Session session, Written written, Projection projection) =>
        (written.Row, await _representations.OfAsync(
            session, written.Row, projection, _addresses.BaseUrl(http), written.Attributes, http.RequestAborted));

    private static Task AnswerAsync(HttpContext http, int status, ResourceRow row, ReadOnlyMemory<byte>? shown)
    {
        http.Response.Headers.ETag = EntityTag.Of(row.Version);
        if (shown is { } text)
            return ScimAnswer.WriteAsync(http, status, text);
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
