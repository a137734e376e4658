using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Sources.Mapping;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// HR records as a SCIM BulkRequest, in the shape that the API-driven inbound provisioning of Entra ID takes
/// (https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-post-bulkupload), so that a connector which exists for that
/// can point here unchanged: POST for creation and change alike, matched by externalId, 202 with the address of the outcome. What a record
/// leaves out stays as it was: without <c>active</c> nobody is disabled.
/// </summary>
internal static class BulkUploadApi
{
    // Entra's limit is 50; who sends more is no reason to refuse.
    private const int MaxOperations = 1_000;

    public static void Map(WebApplication app) =>
        app.MapPost("/hris/v1/{source}/bulkUpload", PostAsync).RequireAuthorization(Scopes.HrisWrite);

    private static async Task PostAsync(
        HttpContext http, BridgeConfiguration configuration, Intake intake, Database database, CancellationToken cancel)
    {
        var source = HrisRequest.SourceOf(http, configuration);
        var users = Users(await ScimBody.ReadAsync(http));
        // A source that says where its fields stand reads the users as they are; another reads them by their canonical names.
        var mapped = source.Options is DeclarationOptions { Columns.Count: > 0 };
        var known = mapped ? [] : await database.ReadAsync(
            s => WorkerStore.FindAsync(s, source.Name, [.. users.Select(ScimUserRecord.IdOf).OfType<string>().Distinct(StringComparer.Ordinal)], cancel), cancel);
        var records = users.Select(user => mapped ? user : ScimUserRecord.Of(user, ScimUserRecord.IdOf(user) is { } id && known.ContainsKey(id)));
        var manifest = HrisRequest.ManifestOf(http.Request, "delta") with { Format = "json", Partial = true };
        var body = JsonSerializer.SerializeToUtf8Bytes(new JsonArray([.. records.Select(r => (JsonNode)r.DeepClone())]));
        var batch = await BatchesApi.TakeAsync(intake, source.Name, new MemoryStream(body), manifest, cancel);
        http.Response.Headers.Location = $"/hris/v1/{source.Name}/batches/{batch}";
        http.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    private static List<JsonObject> Users(JsonObject request)
    {
        if (request["schemas"] is not JsonArray schemas || !schemas.Any(s => s is JsonValue && s.ToString() == MessageUris.BulkRequest))
            throw ScimError.InvalidSyntax($"The body is no {MessageUris.BulkRequest}.").AsException();
        if (request["Operations"] is not JsonArray operations)
            throw ScimError.InvalidSyntax("The request has no Operations.").AsException();
        if (operations.Count > MaxOperations)
            throw ScimError.PayloadTooLarge($"There are more than {MaxOperations} operations.").AsException();
        return [.. operations.Select(UserOf)];
    }

    private static JsonObject UserOf(JsonNode? operation, int index)
    {
        if (operation is not JsonObject json || json["data"] is not JsonObject data)
            throw ScimError.InvalidSyntax($"Operations[{index}] has no data.").AsException();
        var method = (json["method"] as JsonValue)?.ToString() ?? "";
        var path = (json["path"] as JsonValue)?.ToString() ?? "";
        if (!method.Equals("POST", StringComparison.OrdinalIgnoreCase) || !path.Equals("/Users", StringComparison.OrdinalIgnoreCase))
            throw ScimError.InvalidValue($"Operations[{index}]: only POST of /Users is taken here, for whatever there is to say of a worker.").AsException();
        return data;
    }
}
