using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>What waits for a person: holds with a preview of who and why, records in quarantine, and the way back from a bad batch.</summary>
internal static class HoldsApi
{
    public static void Map(WebApplication app)
    {
        var read = app.MapGroup("/admin/v1").RequireAuthorization(Scopes.AdminRead);
        read.MapGet("holds", ListAsync);
        read.MapGet("holds/{id}", GetAsync);
        read.MapGet("quarantine", QuarantineAsync);
        var approve = app.MapGroup("/admin/v1").RequireAuthorization(Scopes.AdminApprove);
        approve.MapPost("holds/{id}/approve", (HttpContext http, string id, Database database, HoldDecisions decisions, IClock clock) =>
            DecideAsync(http, id, approve: true, database, decisions, clock));
        approve.MapPost("holds/{id}/reject", (HttpContext http, string id, Database database, HoldDecisions decisions, IClock clock) =>
            DecideAsync(http, id, approve: false, database, decisions, clock));
        approve.MapPost("quarantine/{id}/believe", BelieveAsync);
        var operate = app.MapGroup("/admin/v1").RequireAuthorization(Scopes.AdminOperate);
        operate.MapPost("batches/{id}/rollback", RollBackBatchAsync);
        operate.MapPost("holds/{id}/rollback", RollBackHoldAsync);
    }

    private static async Task ListAsync(HttpContext http, Database database, CancellationToken cancel)
    {
        var count = HrisRequest.Count(http.Request);
        var holds = await database.ReadAsync(
            s => HoldStore.ListAsync(
                s,
                HrisRequest.Query(http.Request, "source"),
                HrisRequest.Query(http.Request, "state"),
                HrisRequest.Query(http.Request, "before"),
                count,
                cancel),
            cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["holds"] = new JsonArray([.. holds.Select(h => (JsonNode)Describe(h))]),
            ["next"] = holds.Count == count ? holds[^1].Id : null,
        });
    }

    private static async Task GetAsync(HttpContext http, string id, Database database, CancellationToken cancel)
    {
        var hold = await FindAsync(database, id, cancel);
        var count = HrisRequest.Count(http.Request);
        if (hold.Kind == DoorStore.HoldKind)
        {
            await GetAtDoorAsync(http, hold, database, cancel);
            return;
        }

        var after = HrisRequest.After(http.Request);
        var answer = Describe(hold);
        if (hold.Kind == ReconciliationEnforcement.HoldKind)
        {
            var found = await database.ReadAsync(s => ReconciliationStore.DifferencesAsync(s, hold.BatchId, after, count, cancel), cancel);
            answer["items"] = new JsonArray([.. found.Select(f => (JsonNode)ReconciliationsApi.Describe(f))]);
            answer["next"] = found.Count == count ? found[^1].Number : null;
            await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, answer);
            return;
        }

        if (hold.Kind == PolicyTrial.Kind)
        {
            var others = await database.ReadAsync(s => RuleBookStore.PreviewedDecisionsAsync(s, id, after, count, cancel), cancel);
            answer["items"] = new JsonArray([.. others.Select(o => (JsonNode)new JsonObject
            {
                ["source"] = o.Source,
                ["workerId"] = o.WorkerId,
                ["effects"] = new JsonArray([.. o.Effects.Split(' ').Select(e => (JsonNode)e)]),
                ["ruleBefore"] = o.RuleBefore,
                ["rule"] = o.Rule,
            })]);
            answer["next"] = others.Count == count ? others[^1].Seq : null;
            await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, answer);
            return;
        }

        if (hold.Kind == GroupTrial.Kind)
        {
            var lost = await database.ReadAsync(s => RuleBookStore.PreviewedAsync(s, id, after, count, cancel), cancel);
            answer["items"] = new JsonArray([.. lost.Select(l => (JsonNode)new JsonObject
            {
                ["source"] = l.Source, ["workerId"] = l.WorkerId, ["group"] = l.GroupId,
            })]);
            answer["next"] = lost.Count == count ? lost[^1].Seq : null;
            await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, answer);
            return;
        }

        if (hold.Kind == GrantTrial.Kind)
        {
            var lost = await database.ReadAsync(s => RuleBookStore.PreviewedGrantsAsync(s, id, after, count, cancel), cancel);
            answer["items"] = new JsonArray([.. lost.Select(l => (JsonNode)new JsonObject
            {
                ["source"] = l.Source, ["workerId"] = l.WorkerId, ["attribute"] = l.Attribute, ["value"] = l.Value,
            })]);
            answer["next"] = lost.Count == count ? lost[^1].Seq : null;
            await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, answer);
            return;
        }

        var records = await database.ReadAsync(s => HoldStore.OfHoldAsync(s, id, after, count, cancel), cancel);
        answer["items"] = new JsonArray([.. records.Select(Assessment.Describe)]);
        answer["next"] = records.Count == count ? records[^1].Id : null;
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, answer);
    }

    private static async Task DecideAsync(
        HttpContext http, string id, bool approve, Database database, HoldDecisions decisions, IClock clock)
    {
        var cancel = http.RequestAborted;
        var hold = await FindAsync(database, id, cancel);
        if (hold.State != "open" || hold.ExpiresAt <= clock.GetCurrentInstant().ToMicroseconds())
            throw ScimError.Conflict($"The hold is not open: it is {(hold.State == "open" ? "expired" : hold.State)}.").AsException();
        if (hold.Kind is GroupTrial.Kind or PolicyTrial.Kind or GrantTrial.Kind)
        {
            if (await OnlyAsync(http, cancel) is not null)
                throw HrisRequest.Invalid("Rules and policies are approved or rejected as a whole.");
            if (!await decisions.DecideRulesAsync(hold, approve, Caller.Of(http).Actor, cancel))
                throw ScimError.Conflict("What is held is wanted no longer.").AsException();
            await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, Describe(await FindAsync(database, id, cancel)));
            return;
        }

        if (hold.Kind == ReconciliationEnforcement.HoldKind)
        {
            if (await OnlyAsync(http, cancel) is not null)
                throw HrisRequest.Invalid("What a reconciliation would set right is approved or rejected as a whole.");
            if (!await decisions.DecideReconciliationAsync(hold, approve, Caller.Of(http).Actor, cancel))
                throw ScimError.Conflict("The reconciliation waits no longer.").AsException();
            await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, Describe(await FindAsync(database, id, cancel)));
            return;
        }

        var decided = hold.Kind == DoorStore.HoldKind
            ? await decisions.DecideAtDoorAsync(hold, await ResourcesAsync(http, cancel), approve, Caller.Of(http).Actor, cancel)
            : await decisions.DecideAsync(hold, await OnlyAsync(http, cancel), approve, Caller.Of(http).Actor, cancel);
        hold = await FindAsync(database, id, cancel);
        var answer = Describe(hold);
        answer[approve ? "approved" : "rejected"] = decided;
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, answer);
    }

    private static async Task GetAtDoorAsync(HttpContext http, Hold hold, Database database, CancellationToken cancel)
    {
        var count = HrisRequest.Count(http.Request);
        var items = await database.ReadAsync(s => DoorStore.OfHoldAsync(s, hold.Id, HrisRequest.Query(http.Request, "after") ?? "", count, cancel), cancel);
        var answer = Describe(hold);
        answer["items"] = new JsonArray([.. items.Select(i => (JsonNode)new JsonObject { ["id"] = i.ResourceId, ["effect"] = i.Exists ? "disable" : "delete" })]);
        answer["next"] = items.Count == count ? items[^1].ResourceId : null;
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, answer);
    }

    // { "items": ["019d…"] }: ids of resources; without a body, all.
    private static async Task<HashSet<string>?> ResourcesAsync(HttpContext http, CancellationToken cancel)
    {
        var body = await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel);
        if (body.Length == 0 || JsonBody.Parse(body)["items"] is not { } items)
            return null;
        return items is JsonArray list && list.All(i => i is JsonValue v && v.TryGetValue<string>(out _))
            ? [.. list.Select(i => i!.GetValue<string>())]
            : throw HrisRequest.Invalid("items is a list of ids.");
    }

    // { "items": ["17", "18"] }; without a body, all.
    private static async Task<HashSet<long>?> OnlyAsync(HttpContext http, CancellationToken cancel)
    {
        var body = await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel);
        if (body.Length == 0)
            return null;
        if (JsonBody.Parse(body)["items"] is not { } items)
            return null;
        if (items is not JsonArray list)
            throw HrisRequest.Invalid("items is a list of ids.");
        var ids = new HashSet<long>();
        foreach (var item in list)
        {
            if (item is not JsonValue || !long.TryParse(item.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                throw HrisRequest.Invalid("items is a list of ids.");
            ids.Add(id);
        }

        return ids;
    }

    private static async Task QuarantineAsync(HttpContext http, Database database, IClock clock, CancellationToken cancel)
    {
        var count = HrisRequest.Count(http.Request);
        var entries = await database.ReadAsync(
            s => QuarantineStore.ListAsync(s, HrisRequest.Query(http.Request, "source"), HrisRequest.Query(http.Request, "after"), count, cancel), cancel);
        var now = clock.GetCurrentInstant();
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["quarantine"] = new JsonArray([.. entries.Select(q => (JsonNode)new JsonObject
            {
                ["id"] = q.Id,
                ["source"] = q.Source,
                ["workerId"] = q.WorkerId,
                ["rule"] = q.Rule,
                ["field"] = q.Field,
                ["reason"] = q.Reason,
                ["batch"] = q.BatchId,
                ["row"] = q.Row,
                ["since"] = Text(q.Since),
                ["ageHours"] = Math.Round((now - Microseconds.ToInstant(q.Since)).TotalHours, 1),
            })]),
            ["next"] = entries.Count == count ? entries[^1].Id : null,
        });
    }

    private static async Task BelieveAsync(HttpContext http, string id, Database database, HoldDecisions decisions, CancellationToken cancel)
    {
        var entry = await database.ReadAsync(s => QuarantineStore.FindAsync(s, id, cancel), cancel)
            ?? throw ScimError.NotFound("There is no such entry.").AsException();
        if (entry.Rule == QuarantineStore.Mapping)
            throw ScimError.Conflict("The record is believed; the mapping makes no user of it, and one of the two has to be mended.").AsException();
        if (entry.Hash is null)
            throw ScimError.Conflict("The row cannot be read, so there is nothing to believe: it has to be mended where it comes from.").AsException();
        await decisions.BelieveAsync(entry, Caller.Of(http).Actor, cancel);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async Task RollBackBatchAsync(HttpContext http, string id, Database database, WhatIf whatIf, CancellationToken cancel)
    {
        var batch = await database.ReadAsync(s => BatchStore.FindAsync(s, id, cancel), cancel)
            ?? throw ScimError.NotFound("There is no such batch.").AsException();
        if (batch.State is "waiting" or "reading" || batch.DryRun)
            throw ScimError.Conflict("Only a batch that has been read can be rolled back.").AsException();
        if (batch.RolledBackAt is not null)
            throw ScimError.Conflict("The batch was rolled back.").AsException();
        await PlanAsync(http, new Rollback(batch.Source, batch.Id, HoldId: null), whatIf, cancel);
    }

    private static async Task RollBackHoldAsync(HttpContext http, string id, Database database, WhatIf whatIf, CancellationToken cancel)
    {
        var hold = await FindAsync(database, id, cancel);
        if (hold.Kind is GroupTrial.Kind or PolicyTrial.Kind or GrantTrial.Kind or DoorStore.HoldKind)
            throw ScimError.Conflict("Only the approval of records can be rolled back: rules and policies are configured, and accounts follow their users.").AsException();
        await PlanAsync(http, new Rollback(hold.Source, hold.BatchId, hold.Id), whatIf, cancel);
    }

    // Like anything that changes many people at once it is shown first, and executed as it was shown, by somebody who may approve.
    private static async Task PlanAsync(HttpContext http, Rollback rollback, WhatIf whatIf, CancellationToken cancel)
    {
        var plan = await whatIf.MakeAsync(new PlanRequest { Rollback = rollback }, Caller.Of(http).Actor, cancel);
        http.Response.Headers.Location = $"/admin/v1/plans/{plan.Id}";
        await BatchesApi.WriteAsync(http, StatusCodes.Status201Created, PlansApi.Describe(plan));
    }

    private static async Task<Hold> FindAsync(Database database, string id, CancellationToken cancel) =>
        await database.ReadAsync(s => HoldStore.FindAsync(s, id, cancel), cancel) ?? throw ScimError.NotFound("There is no such hold.").AsException();

    private static JsonObject Describe(Hold hold) => new()
    {
        ["id"] = hold.Id,
        ["source"] = hold.Source.Length == 0 ? null : hold.Source,
        ["batch"] = hold.BatchId.Length == 0 ? null : hold.BatchId,
        ["kind"] = hold.Kind,
        ["state"] = hold.State,
        ["records"] = hold.Records,
        ["reasons"] = JsonNode.Parse(hold.Reasons),
        ["since"] = Text(hold.CreatedAt),
        // Some wait for as long as it takes: theirs is an instant beyond the calendar.
        ["expiresAt"] = hold.ExpiresAt <= Instant.MaxValue.ToMicroseconds() ? Text(hold.ExpiresAt) : null,
        ["decidedBy"] = hold.DecidedBy,
    };

    private static string Text(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));
}
