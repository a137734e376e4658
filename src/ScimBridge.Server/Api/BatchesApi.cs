using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>Hands in batches of HR records, and tells what came of them and of each of their rows.</summary>
internal static class BatchesApi
{
    private const int FaultsShown = 100;

    public static void Map(WebApplication app)
    {
        var batches = app.MapGroup("/hris/v1/{source}/batches").RequireAuthorization(Scopes.HrisWrite);
        batches.MapPost("", PostAsync).WithMetadata(new Microsoft.AspNetCore.Mvc.DisableRequestSizeLimitAttribute());
        batches.MapGet("", ListAsync);
        batches.MapGet("{id}", GetAsync);
        batches.MapGet("{id}/records", RecordsAsync);
    }

    /// <summary>A batch as senders see it.</summary>
    public static JsonObject Describe(Batch batch) => new()
    {
        ["id"] = batch.Id,
        ["source"] = batch.Source,
        ["name"] = batch.Name,
        ["mode"] = batch.Mode,
        ["state"] = batch.State,
        ["error"] = batch.Error,
        ["receivedAt"] = InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(batch.CreatedAt)),
        ["asOf"] = batch.AsOf is { } asOf ? InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(asOf)) : null,
        ["sha256"] = batch.Checksum,
        ["dryRun"] = batch.DryRun,
        ["rows"] = batch.Counts.Rows,
        ["changed"] = batch.Counts.Changed,
        ["unchanged"] = batch.Counts.Unchanged,
        ["faults"] = batch.Counts.Faults,
        ["held"] = batch.Counts.Held,
        ["report"] = batch.Report is null ? null : JsonNode.Parse(batch.Report),
        ["rolledBackAt"] = batch.RolledBackAt is { } at ? InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(at)) : null,
    };

    /// <summary>Takes in the body of a request, and maps what is wrong with it.</summary>
    public static async Task<string> TakeAsync(Intake intake, string source, Stream body, Manifest manifest, CancellationToken cancel)
    {
        try
        {
            return await intake.AddStreamAsync(source, body, manifest, cancel);
        }
        catch (ManifestException e)
        {
            throw ScimError.Conflict(e.Message).AsException();
        }
    }

    /// <summary>What came of the rows of a batch that brought something or were refused, those after a row.</summary>
    public static async Task<List<(long Row, JsonObject Outcome)>> OutcomesAsync(
        Session session, Batch batch, long afterRow, int count, CancellationToken cancel)
    {
        var rows = (await RecordStore.OfBatchAsync(session, batch.Id, afterRow, count, cancel))
            .Select(r => (r.Row, Outcome(r.Row, r.WorkerId, "accepted")))
            .Concat((await BatchStore.FaultsAsync(session, batch.Id, count, cancel, afterRow)).Select(f =>
            {
                var outcome = Outcome(f.Row, f.WorkerId, "refused");
                outcome["field"] = f.Column;
                outcome["reason"] = f.Reason;
                return (f.Row, outcome);
            }))
            // What passed or was approved is on its timeline, and is listed there.
            .Concat((await HoldStore.BroughtAsync(session, batch.Id, afterRow, count, cancel))
                .Where(h => h.Outcome is not ("passed" or "approved") && h.Record.Row > 0)
                .Select(h =>
                {
                    var outcome = Outcome(h.Record.Row, h.Record.WorkerId, h.Outcome ?? "held");
                    outcome["hold"] = h.HoldId;
                    return (h.Record.Row, outcome);
                }));
        return [.. rows.OrderBy(r => r.Row).DistinctBy(r => r.Row).Take(count)];
    }

    /// <summary>Writes a JSON answer.</summary>
    public static async Task WriteAsync(HttpContext http, int status, JsonNode body)
    {
        http.Response.StatusCode = status;
        await http.Response.WriteAsJsonAsync(body, http.RequestAborted);
    }

    private static async Task PostAsync(HttpContext http, BridgeConfiguration configuration, Intake intake, CancellationToken cancel)
    {
        var source = HrisRequest.SourceOf(http, configuration);
        var manifest = HrisRequest.ManifestOf(http.Request, "delta");
        var id = await TakeAsync(intake, source.Name, http.Request.Body, manifest, cancel);
        http.Response.Headers.Location = $"/hris/v1/{source.Name}/batches/{id}";
        await WriteAsync(http, StatusCodes.Status202Accepted, new JsonObject { ["id"] = id, ["state"] = "waiting" });
    }

    private static async Task ListAsync(HttpContext http, BridgeConfiguration configuration, Database database, CancellationToken cancel)
    {
        var source = HrisRequest.SourceOf(http, configuration);
        var count = HrisRequest.Count(http.Request);
        var batches = await database.ReadAsync(
            s => BatchStore.ListAsync(s, source.Name, HrisRequest.Query(http.Request, "before"), count, cancel), cancel);
        await WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["batches"] = new JsonArray([.. batches.Select(b => (JsonNode)Describe(b))]),
            ["next"] = batches.Count == count ? batches[^1].Id : null,
        });
    }

    private static async Task GetAsync(HttpContext http, string source, string id, Database database, CancellationToken cancel)
    {
        var batch = await FindAsync(database, source, id, cancel);
        var faults = await database.ReadAsync(s => BatchStore.FaultsAsync(s, id, FaultsShown, cancel), cancel);
        var answer = Describe(batch);
        answer["firstFaults"] = new JsonArray([.. faults.Select(f => (JsonNode)new JsonObject
        {
            ["row"] = f.Row,
            ["column"] = f.Column,
            ["workerId"] = f.WorkerId,
            ["reason"] = f.Reason,
        })]);
        await WriteAsync(http, StatusCodes.Status200OK, answer);
    }

    private static async Task RecordsAsync(HttpContext http, string source, string id, Database database, CancellationToken cancel)
    {
        var batch = await FindAsync(database, source, id, cancel);
        var count = HrisRequest.Count(http.Request);
        var after = HrisRequest.After(http.Request);
        var rows = await database.ReadAsync(s => OutcomesAsync(s, batch, after, count, cancel), cancel);
        await WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["records"] = new JsonArray([.. rows.Select(r => (JsonNode)r.Outcome)]),
            ["next"] = rows.Count == count ? rows[^1].Row : null,
        });
    }

    private static async Task<Batch> FindAsync(Database database, string source, string id, CancellationToken cancel) =>
        await database.ReadAsync(s => BatchStore.FindAsync(s, id, cancel), cancel) is { } batch && batch.Source == source
            ? batch
            : throw ScimError.NotFound("There is no such batch.").AsException();

    private static JsonObject Outcome(long row, string? worker, string outcome) =>
        new() { ["row"] = row, ["workerId"] = worker, ["outcome"] = outcome };
}
