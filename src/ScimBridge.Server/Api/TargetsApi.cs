using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>How the targets are, and what a delivery would do at one.</summary>
internal static class TargetsApi
{
    public static void Map(WebApplication app)
    {
        var read = app.MapGroup("/admin/v1/targets").RequireAuthorization(Scopes.AdminRead);
        read.MapGet("", ListAsync);
        read.MapGet("{name}", GetAsync);
        read.MapGet("{name}/dryrun", DryRunAsync);
        app.MapPost("/admin/v1/targets/{name}/enforce", EnforceAsync).RequireAuthorization(Scopes.AdminApprove);
    }

    private static async Task ListAsync(HttpContext http, BridgeConfiguration configuration, Database database, DeliveryTally tally, CancellationToken cancel)
    {
        var targets = new JsonArray();
        foreach (var target in configuration.Targets)
            targets.Add((JsonNode)await DescribeAsync(target, database, tally, cancel));
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject { ["targets"] = targets });
    }

    private static async Task GetAsync(
        HttpContext http, string name, BridgeConfiguration configuration, Database database, DeliveryTally tally, CancellationToken cancel)
    {
        var target = configuration.Targets.First(t => t.Name == DeliveriesApi.TargetOf(name, configuration));
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, await DescribeAsync(target, database, tally, cancel));
    }

    private static async Task DryRunAsync(HttpContext http, string name, BridgeConfiguration configuration, DryRun dryRun, CancellationToken cancel)
    {
        var target = DeliveriesApi.TargetOf(name, configuration);
        var calls = await dryRun.RunAsync(target, HrisRequest.Count(http.Request), HrisRequest.Query(http.Request, "match") == "true", cancel);
        JsonObject CountBy(Func<DryCall, string?> what) => new(
            calls.Where(c => what(c) is not null).GroupBy(what).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => KeyValuePair.Create(g.Key!, (JsonNode?)g.Count())));
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["target"] = target,
            ["counts"] = CountBy(c => c.Operation),
            ["matches"] = CountBy(c => c.Match),
            ["calls"] = new JsonArray([.. calls.Select(c => (JsonNode)new JsonObject
            {
                ["id"] = c.ResourceId,
                ["operation"] = c.Operation,
                ["remoteId"] = c.RemoteId,
                ["attributes"] = new JsonArray([.. c.Attributes.Select(a => (JsonNode)a)]),
                ["members"] = c.Members == 0 ? null : c.Members,
                ["match"] = c.Match,
            })]),
        });
    }

    // From here on what is due is delivered: who says so has seen what that is.
    private static async Task EnforceAsync(
        HttpContext http, string name, BridgeConfiguration configuration, Database database, DeliveryTally tally, IClock clock, IAlarm alarm, CancellationToken cancel)
    {
        var target = configuration.Targets.First(t => t.Name == DeliveriesApi.TargetOf(name, configuration));
        if (target.Settings.Mode is not null)
            throw ScimError.Conflict("The configuration says what is done at this target; it leaves mode out where an administrator is to say it.").AsException();
        var now = clock.GetCurrentInstant().ToMicroseconds();
        await database.WriteAsync(
            async s =>
            {
                if (await TargetStore.EnforceAsync(s, name, now, cancel))
                    await JournalStore.AppendAsync(s, [new("target.enforced", name, Caller.Of(http).Actor, "target:" + name, "{}")], now, cancel);
                return true;
            },
            cancel);
        alarm.Wake(new DrainKey(DrainKind.Deliver, name));
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, await DescribeAsync(target, database, tally, cancel));
    }

    private static Task<JsonObject> DescribeAsync(ConfiguredTarget target, Database database, DeliveryTally tally, CancellationToken cancel) =>
        database.ReadAsync(
            async s =>
            {
                var (state, due) = (await TargetStore.FindAsync(s, target.Name, cancel), await DueStore.CountAsync(s, target.Name, cancel));
                var links = await LinkStore.CountAsync(s, target.Name, cancel);
                var holds = await HoldStore.ListAsync(s, "target:" + target.Name, "open", before: null, 1, cancel);
                var counts = tally[target.Name];
                return new JsonObject
                {
                    ["name"] = target.Name,
                    ["kind"] = target.Kind.Name,
                    ["mode"] = target.Settings.ModeWhere(state.EnforcedAt is not null) == TargetMode.Observe ? "observe" : "enforce",
                    ["away"] = state.Breaker.IsOpen,
                    ["awaySince"] = At(state.Breaker.OpenedAt),
                    ["askedAgainAt"] = At(state.Breaker.ProbeAt),
                    ["awayReason"] = state.Breaker.Reason,
                    ["pausedUntil"] = At(state.PausedUntil),
                    ["users"] = links.Users,
                    ["activeUsers"] = links.ActiveUsers,
                    ["groups"] = links.Groups,
                    ["waiting"] = due.Waiting,
                    ["failed"] = due.Dead,
                    ["openHold"] = holds.Count == 0 ? null : holds[0].Id,
                    ["since"] = new JsonObject
                    {
                        ["calls"] = counts.Calls, ["created"] = counts.Created, ["updated"] = counts.Updated, ["disabled"] = counts.Disabled,
                        ["deleted"] = counts.Deleted, ["memberships"] = counts.Memberships, ["retries"] = counts.Retries, ["failed"] = counts.Failed,
                    },
                };
            },
            cancel);

    private static string? At(Instant? at) => at is { } instant ? InstantPattern.ExtendedIso.Format(instant) : null;
}
