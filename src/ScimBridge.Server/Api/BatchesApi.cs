using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>Hands in batches of HR records, and tells what came of them.</summary>
internal static class BatchesApi
{
    private const int FaultsShown = 100;

    public static void Map(WebApplication app)
    {
        var batches = app.MapGroup("/hris/v1/{source}/batches").RequireAuthorization(Scopes.HrisWrite);
        batches.MapPost("", PostAsync).WithMetadata(new Microsoft.AspNetCore.Mvc.DisableRequestSizeLimitAttribute());
        batches.MapGet("{id}", GetAsync);
    }

    private static async Task PostAsync(
        HttpContext http, string source, BridgeConfiguration configuration, Intake intake, CancellationToken cancel)
    {
        if (configuration.Sources.All(s => s.Name != source))
            throw ScimError.NotFound($"There is no source '{source}'.").AsException();
        var mode = http.Request.Query["mode"].ToString() is { Length: > 0 } word ? word : "delta";
        if (mode is not ("full" or "delta"))
            throw ScimError.InvalidValue("mode must be full or delta.").AsException();
        var id = await intake.AddStreamAsync(source, http.Request.Body, mode, cancel);
        http.Response.Headers.Location = $"/hris/v1/{source}/batches/{id}";
        await WriteAsync(http, StatusCodes.Status202Accepted, new JsonObject { ["id"] = id, ["state"] = "waiting" });
    }

    private static async Task GetAsync(HttpContext http, string source, string id, Database database, CancellationToken cancel)
    {
        var (batch, faults) = await database.ReadAsync(
            async s => (await BatchStore.FindAsync(s, id, cancel), await BatchStore.FaultsAsync(s, id, FaultsShown, cancel)), cancel);
        if (batch is null || batch.Source != source)
            throw ScimError.NotFound("There is no such batch.").AsException();
        var counts = batch.Counts;
        await WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["id"] = batch.Id,
            ["source"] = batch.Source,
            ["name"] = batch.Name,
            ["mode"] = batch.Mode,
            ["state"] = batch.State,
            ["error"] = batch.Error,
            ["rows"] = counts.Rows,
            ["changed"] = counts.Changed,
            ["unchanged"] = counts.Unchanged,
            ["faults"] = counts.Faults,
            ["firstFaults"] = new JsonArray([.. faults.Select(f => (JsonNode)new JsonObject
            {
                ["row"] = f.Row,
                ["column"] = f.Column,
                ["workerId"] = f.WorkerId,
                ["reason"] = f.Reason,
            })]),
        });
    }

    private static async Task WriteAsync(HttpContext http, int status, JsonObject body)
    {
        http.Response.StatusCode = status;
        await http.Response.WriteAsJsonAsync(body, http.RequestAborted);
    }
}
