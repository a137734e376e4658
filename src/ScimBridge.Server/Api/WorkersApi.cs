using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>Pushes single workers or a few, and shows a worker as of any instant, as known at any instant.</summary>
internal static class WorkersApi
{
    // How long a sender waits for the outcome; then it is told where to look for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    public static void Map(WebApplication app)
    {
        app.MapPost("/hris/v1/{source}/workers", PostAsync).RequireAuthorization(Scopes.HrisWrite);
        app.MapGet("/admin/v1/sources/{source}/workers/{id}", GetAsync).RequireAuthorization(Scopes.AdminRead);
    }

    private static async Task PostAsync(
        HttpContext http, BridgeConfiguration configuration, Intake intake, Database database, CancellationToken cancel)
    {
        var source = HrisRequest.SourceOf(http, configuration);
        var manifest = HrisRequest.ManifestOf(http.Request, "delta") with { Format = "json" };
        var body = await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel);
        using var document = Parse(body);
        // One worker is a list of one.
        var one = document.RootElement.ValueKind == JsonValueKind.Object && !document.RootElement.TryGetProperty("workers", out _);
        var bytes = one ? [(byte)'[', .. body, (byte)']'] : body;
        var id = await BatchesApi.TakeAsync(intake, source.Name, new MemoryStream(bytes), manifest, cancel);
        http.Response.Headers.Location = $"/hris/v1/{source.Name}/batches/{id}";
        var began = Stopwatch.GetTimestamp();
        Batch batch;
        while ((batch = (await database.ReadAsync(s => BatchStore.FindAsync(s, id, cancel), cancel))!).State is "waiting" or "reading")
        {
            if (Stopwatch.GetElapsedTime(began) > Patience || http.Request.Headers["Prefer"].ToString().Contains("respond-async", StringComparison.OrdinalIgnoreCase))
            {
                await BatchesApi.WriteAsync(http, StatusCodes.Status202Accepted, BatchesApi.Describe(batch));
                return;
            }

            await Task.Delay(Look, cancel);
        }

        if (batch.State == "failed")
            throw ScimError.InvalidSyntax(batch.Error!).AsException();
        var answer = BatchesApi.Describe(batch);
        answer["records"] = new JsonArray([.. await OutcomesAsync(database, batch, cancel)]);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, answer);
    }

    // Every row has an outcome here, those that brought nothing new as well.
    private static async Task<List<JsonNode>> OutcomesAsync(Database database, Batch batch, CancellationToken cancel)
    {
        var told = (await database.ReadAsync(s => BatchesApi.OutcomesAsync(s, batch, 0, int.MaxValue, cancel), cancel))
            .ToDictionary(r => r.Row, r => r.Outcome);
        var all = new List<JsonNode>();
        for (long row = 1; row <= batch.Counts.Rows; row++)
            all.Add(told.GetValueOrDefault(row) ?? new JsonObject { ["row"] = row, ["outcome"] = batch.DryRun ? "looked at" : "unchanged" });
        return all;
    }

    private static async Task GetAsync(
        HttpContext http,
        string source,
        string id,
        BridgeConfiguration configuration,
        Database database,
        PolicyBook policies,
        NodaTime.IClock clock,
        NodaTime.IDateTimeZoneProvider zones,
        CancellationToken cancel)
    {
        HrisRequest.SourceOf(http, configuration);
        var now = clock.GetCurrentInstant();
        var at = HrisRequest.AsOf(HrisRequest.Query(http.Request, "at")) ?? now;
        var known = HrisRequest.AsOf(HrisRequest.Query(http.Request, "known")) ?? NodaTime.Instant.MaxValue;
        var (assertions, decided, policy) = await database.ReadAsync(
            async s =>
            {
                var person = (await WorkerStore.PersonsAsync(s, source, [id], cancel)).GetValueOrDefault(id, id);
                return (
                    (await RecordStore.OfWorkersAsync(s, source, [person], cancel))[person].ToList(),
                    await WorkerStore.LastDecisionAsync(s, source, person, cancel),
                    await policies.InForceAsync(s, cancel));
            },
            cancel);
        if (assertions.Count == 0)
            throw ScimError.NotFound("There is no such worker.").AsException();
        var worker = Timeline.Of(assertions, known).At(at, zones, policy.Preparation);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["at"] = Text(at),
            ["access"] = worker is null ? null : Word(worker.Access.ToString()),
            ["accessStart"] = Text(worker?.AccessStart),
            ["accessEnd"] = Text(worker?.AccessEnd),
            ["nextTransition"] = Text(worker?.NextTransition),
            ["nextAccess"] = worker?.NextAccess is { } next ? Word(next.ToString()) : null,
            ["decided"] = decided?.Rule is null ? null : new JsonObject
            {
                ["rule"] = decided.Rule,
                ["nextAt"] = Text(Instant(decided.NextAt)),
                ["deleteAt"] = Text(Instant(decided.DeleteAt)),
            },
            ["facts"] = worker is null ? null : JsonNode.Parse(WorkerFactsJson.Write(worker.Facts)),
            ["assertions"] = new JsonArray([.. assertions.Where(a => a.RecordedAt <= known).Select(a => (JsonNode)new JsonObject
            {
                ["seq"] = a.Seq,
                ["relationship"] = a.Relationship,
                ["effectiveFrom"] = LocalDatePattern.Iso.Format(a.EffectiveFrom),
                ["dated"] = a.Dated,
                ["kind"] = Word(a.Kind.ToString()),
                ["recordedAt"] = Text(a.RecordedAt),
                ["retractedAt"] = Text(a.RetractedAt),
                ["batch"] = a.BatchId,
                ["facts"] = JsonNode.Parse(a.Facts),
            })]),
        });
    }

    private static JsonDocument Parse(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw ScimError.InvalidSyntax($"The body is no JSON, line {e.LineNumber + 1}.").AsException();
        }
    }

    private static NodaTime.Instant? Instant(long? microseconds) => microseconds is { } at ? Microseconds.ToInstant(at) : null;

    private static string? Text(NodaTime.Instant? instant) => instant is { } i && i != NodaTime.Instant.MaxValue ? InstantPattern.ExtendedIso.Format(i) : null;

    private static string Word(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
