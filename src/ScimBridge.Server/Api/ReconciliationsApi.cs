using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>What a target has and should not have, and the other way round: comparisons are asked for, watched, and read.</summary>
internal static class ReconciliationsApi
{
    private const int AtOnce = 2_000;

    // A filter that matches few of very many is answered with what was found so far, and where to go on.
    private const int MostRead = 20_000;

    public static void Map(WebApplication app)
    {
        var read = app.MapGroup("/admin/v1/reconciliations").RequireAuthorization(Scopes.AdminRead);
        read.MapGet("", ListAsync);
        read.MapGet("{id}", GetAsync);
        read.MapGet("{id}/differences", DifferencesAsync);
        app.MapPost("/admin/v1/reconciliations", PostAsync).RequireAuthorization(Scopes.AdminOperate);
    }

    /// <summary>A reconciliation as people see it.</summary>
    public static JsonObject Describe(Reconciliation r) => new()
    {
        ["id"] = r.Id,
        ["target"] = r.Target,
        ["scope"] = r.Scope,
        ["worker"] = r.Subject,
        ["mode"] = r.Mode,
        ["state"] = r.State,
        ["phase"] = r.IsOpen ? r.Phase : null,
        ["reason"] = r.Reason,
        ["requestedBy"] = r.RequestedBy,
        ["requestedAt"] = Text(r.CreatedAt),
        ["startedAt"] = r.StartedAt is { } started ? Text(started) : null,
        ["finishedAt"] = r.FinishedAt is { } finished ? Text(finished) : null,
        ["differences"] = r.Differences,
        ["counts"] = JsonNode.Parse(r.Counts),
    };

    /// <summary>A difference as people see it.</summary>
    public static JsonObject Describe(StoredDifference stored) => new()
    {
        ["number"] = stored.Number,
        ["kind"] = Words.Of(stored.Difference.Kind),
        ["standing"] = Words.Of(stored.Difference.Standing),
        ["about"] = Words.Of(stored.Difference.Of),
        ["resource"] = stored.Difference.ResourceId,
        ["account"] = stored.Difference.RemoteId,
        ["group"] = stored.Difference.GroupId,
        ["what"] = new JsonArray([.. stored.Difference.What.Select(w => (JsonNode)w)]),
        ["because"] = stored.Difference.Because,
    };

    // { "target": "corp" or "all", "worker": "019d…", "scope": "full" or "delta", "mode": "report" or "enforce" }
    private static async Task PostAsync(
        HttpContext http, BridgeConfiguration configuration, TargetConnections connections, Database database, IClock clock, IAlarm alarm, CancellationToken cancel)
    {
        var body = JsonBody.Parse(await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel));
        if (body.Select(p => p.Key).FirstOrDefault(k => k is not ("target" or "worker" or "scope" or "mode")) is { } unknown)
            throw HrisRequest.Invalid($"'{unknown}' is not known; target, worker, scope and mode are.");
        var (target, worker) = (Word(body, "target") ?? "all", Word(body, "worker"));
        var scope = Word(body, "scope") ?? (worker is null ? Reconciliation.OfAll : Reconciliation.OfWorker);
        var mode = Word(body, "mode") ?? Reconciliation.Report;
        if (mode is not (Reconciliation.Report or Reconciliation.Enforce))
            throw HrisRequest.Invalid("mode must be report or enforce.");
        if (worker is null ? scope is not (Reconciliation.OfAll or Reconciliation.OfChanges or Reconciliation.OfPrivileged) : scope != Reconciliation.OfWorker)
            throw HrisRequest.Invalid("scope must be full, delta or privileged, and is left out for a worker.");
        var targets = configuration.Targets.Where(t => (target == "all" || t.Name == target) && connections[t.Name].Capabilities.Lists != Listing.None).Select(t => t.Name).ToList();
        if (targets.Count == 0)
        {
            throw configuration.Targets.Any(t => target == "all" || t.Name == target)
                ? ScimError.Conflict("The target does not show what it has.").AsException()
                : ScimError.NotFound($"There is no target '{target}'.").AsException();
        }

        var now = clock.GetCurrentInstant();
        var asked = await database.WriteAsync(
            async s =>
            {
                if (worker is not null && (!ResourceIds.IsOne(worker) || !(await ResourceStore.FindAsync(s, [worker], cancel)).ContainsKey(worker)))
                    throw ScimError.NotFound("There is no such user.").AsException();
                var added = new List<Reconciliation>();
                foreach (var name in targets)
                {
                    if (scope == Reconciliation.OfChanges && await ReconciliationSchedule.MarkedAsync(s, name, cancel) is null)
                        throw ScimError.Conflict($"What has changed at {name} cannot be told: it was never compared as a whole, or does not say what changes.").AsException();
                    added.Add(await ReconciliationSchedule.AddAsync(s, name, scope, worker, mode, Caller.Of(http).Actor, now, cancel));
                }

                return added;
            },
            cancel);
        foreach (var name in targets)
            alarm.Wake(new DrainKey(DrainKind.Reconcile, name));
        if (asked is [var one])
            http.Response.Headers.Location = $"/admin/v1/reconciliations/{one.Id}";
        await BatchesApi.WriteAsync(
            http, StatusCodes.Status202Accepted, new JsonObject { ["reconciliations"] = new JsonArray([.. asked.Select(r => (JsonNode)Describe(r))]) });
    }

    private static async Task ListAsync(HttpContext http, Database database, CancellationToken cancel)
    {
        var count = HrisRequest.Count(http.Request);
        var all = await database.ReadAsync(
            s => ReconciliationStore.ListAsync(s, HrisRequest.Query(http.Request, "target"), HrisRequest.Query(http.Request, "before"), count, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["reconciliations"] = new JsonArray([.. all.Select(r => (JsonNode)Describe(r))]),
            ["next"] = all.Count == count ? all[^1].Id : null,
        });
    }

    private static async Task GetAsync(HttpContext http, string id, Database database, CancellationToken cancel) =>
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, Describe(await FindAsync(database, id, cancel)));

    private static async Task DifferencesAsync(HttpContext http, string id, Database database, CancellationToken cancel)
    {
        await FindAsync(database, id, cancel);
        var matches = DifferenceFilter.Parse(HrisRequest.Query(http.Request, "filter"));
        var after = HrisRequest.After(http.Request);
        var format = ExportFormats.Of(http.Request);
        if (format != ExportFormat.Json)
        {
            await ExportAsync(http, id, after, format, matches, database, cancel);
            return;
        }

        var count = HrisRequest.Count(http.Request);
        var (page, read) = (new JsonArray(), 0);
        long? next = after;
        while (next is not null && page.Count < count && read < MostRead)
        {
            var from = next.Value;
            var some = await database.ReadAsync(s => ReconciliationStore.DifferencesAsync(s, id, from, AtOnce, cancel), cancel);
            read += some.Count;
            next = some.Count < AtOnce ? null : some[^1].Number;
            foreach (var stored in some)
            {
                if (page.Count == count)
                {
                    next = (long)page[^1]!["number"]!;
                    break;
                }

                if (Describe(stored) is var difference && matches(difference))
                    page.Add((JsonNode)difference);
            }
        }

        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["differences"] = page, ["next"] = next?.ToString(CultureInfo.InvariantCulture),
        });
    }

    private static async Task ExportAsync(
        HttpContext http, string id, long after, ExportFormat format, Func<JsonObject, bool> matches, Database database, CancellationToken cancel)
    {
        http.Response.ContentType = format.ContentType();
        if (format == ExportFormat.Csv)
            await http.Response.WriteAsync("number,kind,standing,about,resource,account,group,what,because\r\n", cancel);
        while (true)
        {
            var some = await database.ReadAsync(s => ReconciliationStore.DifferencesAsync(s, id, after, AtOnce, cancel), cancel);
            var lines = some.Select(Describe).Where(matches).Select(d => format == ExportFormat.Csv ? Csv(d) : d.ToJsonString() + "\n");
            await http.Response.WriteAsync(string.Concat(lines), cancel);
            if (some.Count < AtOnce)
                return;
            after = some[^1].Number;
        }
    }

    private static string Csv(JsonObject difference) => ExportFormats.Line(difference.Select(p => p.Value switch
    {
        null => null,
        JsonArray list => string.Join(' ', list.Select(w => (string)w!)),
        var value => value.ToString(),
    }));

    private static string? Word(JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw HrisRequest.Invalid($"{name} must be a text."),
    };

    private static async Task<Reconciliation> FindAsync(Database database, string id, CancellationToken cancel) =>
        await database.ReadAsync(s => ReconciliationStore.FindAsync(s, id, cancel), cancel) ?? throw ScimError.NotFound("There is no such reconciliation.").AsException();

    private static string Text(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));
}
