using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Server.Jobs;

namespace ScimBridge.Server.Api;

/// <summary>Erases people who have left, where the law asks for it.</summary>
internal static class PeopleApi
{
    private const int MostReason = 200;

    public static void Map(WebApplication app) => app.MapPost("/admin/v1/people/{id}/erase", EraseAsync).RequireAuthorization(Scopes.AdminApprove);

    // { "reason": "request 4711" }
    private static async Task EraseAsync(HttpContext http, string id, Erasure erasure, CancellationToken cancel)
    {
        var body = JsonBody.Parse(await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel));
        if (body["reason"] is not JsonValue value || !value.TryGetValue<string>(out var reason) || reason.Trim().Length is 0 or > MostReason)
            throw HrisRequest.Invalid($"reason says why, in 1 to {MostReason} characters, and names nobody: it stays in the journal.");
        var caller = Caller.Of(http);
        switch (ResourceIds.IsOne(id) ? await erasure.EraseAsync(id, reason.Trim(), caller.Actor, caller.Correlation, cancel) : ErasureRefusal.Unknown)
        {
            case ErasureRefusal.Unknown:
                throw ScimError.NotFound("There is no such worker.").AsException();
            case ErasureRefusal.NotLeft:
                throw ScimError.Conflict("Only who has left can be erased.").AsException();
            case ErasureRefusal.CaseOpen:
                throw ScimError.Conflict("The end of access is not proven yet: see the leaver's case.").AsException();
            default:
                await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject { ["id"] = id, ["erased"] = true });
                break;
        }
    }
}
