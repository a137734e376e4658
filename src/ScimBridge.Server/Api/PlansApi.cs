using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors.Sources;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>What would happen: plans are made, shown, and executed as they were shown.</summary>
internal static class PlansApi
{
    private const string BridgeItself = "(bridge)";

    public static void Map(WebApplication app)
    {
        var read = app.MapGroup("/admin/v1/plans").RequireAuthorization(Scopes.AdminRead);
        read.MapGet("", ListAsync);
        read.MapGet("{id}", GetAsync);
        read.MapGet("{id}/items", ItemsAsync);
        read.MapGet("{id}/items.csv", CsvAsync);
        var operate = app.MapGroup("/admin/v1/plans").RequireAuthorization(Scopes.AdminOperate);
        operate.MapPost("", PostAsync).WithMetadata(new Microsoft.AspNetCore.Mvc.DisableRequestSizeLimitAttribute());
        operate.MapPost("{id}/execute", ExecuteAsync).WithMetadata(new Microsoft.AspNetCore.Mvc.DisableRequestSizeLimitAttribute());
    }

    /// <summary>A plan as people see it.</summary>
    public static JsonObject Describe(StoredPlan plan) => new()
    {
        ["id"] = plan.Id,
        ["kind"] = plan.Kind,
        ["state"] = plan.State,
        ["at"] = plan.At is { } at ? Text(at) : null,
        ["source"] = plan.Source,
        ["createdAt"] = Text(plan.CreatedAt),
        ["createdBy"] = plan.CreatedBy,
        ["expiresAt"] = Text(plan.ExpiresAt),
        ["executedAt"] = plan.ExecutedAt is { } executed ? Text(executed) : null,
        ["executedBy"] = plan.ExecutedBy,
        ["summary"] = plan.Summary is null ? null : JsonNode.Parse(plan.Summary),
    };

    /// <summary>An item as people see it.</summary>
    public static JsonObject Describe(PlanItem item) => new()
    {
        ["source"] = item.Source,
        ["workerId"] = item.WorkerId,
        ["resource"] = item.ResourceId,
        ["target"] = item.Target,
        ["operation"] = item.Operation.Word(),
        ["rule"] = item.Rule,
        ["department"] = item.Department,
        ["group"] = item.Group ?? (item.WorkerId is null && item.Subject != item.ResourceId ? item.Subject : null),
        ["attributes"] = new JsonArray([.. item.Attributes.Select(a => (JsonNode)a)]),
    };

    // With ?batch=SOURCE the body is the batch. Otherwise it is { "at": ..., "configuration": {...} }, or empty.
    private static async Task PostAsync(
        HttpContext http, BridgeConfiguration configuration, WhatIf whatIf, Intake intake, CancellationToken cancel)
    {
        var by = Caller.Of(http).Actor;
        StoredPlan plan;
        if (HrisRequest.Query(http.Request, "batch") is { } source)
        {
            if (configuration.Sources.All(s => s.Name != source))
                throw ScimError.NotFound($"There is no source '{source}'.").AsException();
            var manifest = HrisRequest.ManifestOf(http.Request, "delta");
            plan = await WithBodyAsync(http, intake, async (path, checksum) =>
            {
                if (manifest.Checksum is { } said && said != checksum)
                    throw ScimError.Conflict($"The checksum of what arrived is {checksum}: something was lost on the way.").AsException();
                var file = new PlanFile(source, path, "batch", checksum, manifest);
                return await whatIf.MakeAsync(new PlanRequest { At = PlanInstant.Parse(HrisRequest.Query(http.Request, "at")), Batch = file }, by, cancel);
            });
        }
        else
        {
            plan = await whatIf.MakeAsync(await RequestAsync(http, configuration, cancel), by, cancel);
        }

        http.Response.Headers.Location = $"/admin/v1/plans/{plan.Id}";
        await BatchesApi.WriteAsync(http, StatusCodes.Status201Created, Describe(plan));
    }

    private static async Task<PlanRequest> RequestAsync(HttpContext http, BridgeConfiguration configuration, CancellationToken cancel)
    {
        var bytes = await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel);
        var body = bytes.Length == 0 ? [] : JsonBody.Parse(bytes);
        if (body.Select(p => p.Key).FirstOrDefault(k => k is not ("at" or "configuration")) is { } unknown)
            throw HrisRequest.Invalid($"'{unknown}' is not known; a plan is about at and configuration, or about ?batch=SOURCE.");
        if (body["at"] is { } at && (at is not JsonValue || at.GetValueKind() != System.Text.Json.JsonValueKind.String))
            throw HrisRequest.Invalid("at is a date or an instant, as text.");
        if (body["configuration"] is not { } planned)
            return new PlanRequest { At = PlanInstant.Parse((string?)body["at"]) };
        try
        {
            return new PlanRequest
            {
                At = PlanInstant.Parse((string?)body["at"]),
                Configuration = PlannedConfiguration.Parse(
                    planned.ToJsonString(), Path.Combine(configuration.Folder, "configuration"), Environment.GetEnvironmentVariables()),
            };
        }
        catch (ConfigurationException e)
        {
            throw HrisRequest.Invalid(string.Join(' ', e.Faults.Count == 0 ? [e.Message] : e.Faults.Select(f => $"{f.Path}: {f.Message}")));
        }
    }

    private static async Task ListAsync(HttpContext http, Database database, CancellationToken cancel)
    {
        var count = HrisRequest.Count(http.Request);
        var plans = await database.ReadAsync(s => PlanStore.ListAsync(s, HrisRequest.Query(http.Request, "before"), count, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["plans"] = new JsonArray([.. plans.Select(p => (JsonNode)Describe(p))]),
            ["next"] = plans.Count == count ? plans[^1].Id : null,
        });
    }

    private static async Task GetAsync(HttpContext http, string id, Database database, IClock clock, CancellationToken cancel) =>
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, Describe(await FindAsync(database, clock, id, cancel)));

    private static async Task ItemsAsync(HttpContext http, string id, Database database, IClock clock, CancellationToken cancel)
    {
        await FindAsync(database, clock, id, cancel);
        var count = HrisRequest.Count(http.Request);
        var after = HrisRequest.Query(http.Request, "cursor") is null ? -1 : HrisRequest.After(http.Request, "cursor");
        var (target, operation) = Selection(http);
        var items = await database.ReadAsync(s => PlanStore.ItemsAsync(s, id, target, operation, after, count, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["items"] = new JsonArray([.. items.Select(i => (JsonNode)Describe(i.Item))]),
            ["next"] = items.Count == count ? items[^1].Seq.ToString(System.Globalization.CultureInfo.InvariantCulture) : null,
        });
    }

    private static async Task CsvAsync(HttpContext http, string id, Database database, IClock clock, CancellationToken cancel)
    {
        const int atOnce = 5_000;
        await FindAsync(database, clock, id, cancel);
        var (target, operation) = Selection(http);
        http.Response.ContentType = "text/csv; charset=utf-8";
        await http.Response.WriteAsync(PlanCsv.Header, cancel);
        for (long after = -1; ;)
        {
            var items = await database.ReadAsync(s => PlanStore.ItemsAsync(s, id, target, operation, after, atOnce, cancel), cancel);
            await http.Response.WriteAsync(string.Concat(items.Select(i => PlanCsv.Line(i.Item))), cancel);
            if (items.Count < atOnce)
                return;
            after = items[^1].Seq;
        }
    }

    private static async Task ExecuteAsync(
        HttpContext http, string id, Database database, Intake intake, PlanExecution execution, IClock clock, CancellationToken cancel)
    {
        var plan = await FindAsync(database, clock, id, cancel);
        if (plan.NeedsApproval && !Caller.Of(http).Has(Scopes.AdminApprove))
            throw ScimError.Forbidden($"The plan does more than an ordinary day brings: it takes {Scopes.AdminApprove} to execute it.").AsException();
        var by = Caller.Of(http).Actor;
        var outcome = plan.Source is null
            ? await execution.ExecuteAsync(plan, file: null, by, cancel)
            : await WithBodyAsync(http, intake, (path, checksum) => execution.ExecuteAsync(plan, (path, checksum), by, cancel));
        if (outcome is PlanOutcome.Executed executed)
        {
            await BatchesApi.WriteAsync(
                http, StatusCodes.Status200OK, new JsonObject { ["id"] = id, ["workers"] = executed.Workers, ["batch"] = executed.BatchId });
            return;
        }

        var refused = (PlanOutcome.Refused)outcome;
        await BatchesApi.WriteAsync(http, StatusCodes.Status409Conflict, new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:Error"),
            ["status"] = "409",
            ["detail"] = refused.Reason,
            ["differences"] = refused.Count,
            ["changed"] = new JsonArray([.. refused.Differences.Select(d => (JsonNode)new JsonObject
            {
                ["subject"] = d.Subject, ["target"] = d.Target, ["operation"] = d.Operation, ["group"] = d.Group, ["change"] = d.Change,
            })]),
            ["written"] = refused.Written,
        });
    }

    private static async Task<T> WithBodyAsync<T>(HttpContext http, Intake intake, Func<string, string, Task<T>> work)
    {
        var path = intake.NewSpoolFile();
        try
        {
            return await work(path, await Intake.CopyAsync(http.Request.Body, path, http.RequestAborted));
        }
        catch (FeedException e)
        {
            throw HrisRequest.Invalid(e.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (string? Target, PlannedOperation? Operation) Selection(HttpContext http)
    {
        var target = HrisRequest.Query(http.Request, "target");
        var word = HrisRequest.Query(http.Request, "operation");
        if (word is not null && PlannedOperations.OfWord(word) is null)
            throw HrisRequest.Invalid($"operation must be one of {string.Join(", ", Enum.GetValues<PlannedOperation>().Select(o => o.Word()))}.");
        return (target == BridgeItself ? "" : target, word is null ? null : PlannedOperations.OfWord(word));
    }

    private static async Task<StoredPlan> FindAsync(Database database, IClock clock, string id, CancellationToken cancel) =>
        await database.ReadAsync(s => PlanStore.FindAsync(s, id, cancel), cancel) is { } plan && plan.ExpiresAt > clock.GetCurrentInstant().ToMicroseconds()
            ? plan
            : throw ScimError.NotFound("There is no such plan, or it has expired.").AsException();

    private static string Text(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));
}
