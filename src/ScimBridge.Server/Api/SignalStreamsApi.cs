using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>The streams of Shared Signals as administrators see them: how they are, what waits, and what receivers did not take.</summary>
internal static class SignalStreamsApi
{
    public static void Map(WebApplication app)
    {
        var read = app.MapGroup("/admin/v1/streams").RequireAuthorization(Scopes.AdminRead);
        read.MapGet("", ListAsync);
        read.MapGet("{id}/refused", RefusedAsync);
        app.MapPost("/admin/v1/streams/{id}/status", SetStatusAsync).RequireAuthorization(Scopes.AdminOperate);
    }

    private static async Task ListAsync(HttpContext http, Database database, CancellationToken cancel)
    {
        var streams = await database.ReadAsync(
            async s =>
            {
                var described = new JsonArray();
                foreach (var stream in await SignalStreamStore.ListAsync(s, cancel))
                    described.Add((JsonNode)Describe(stream, await SignalStore.CountAsync(s, stream.Id, cancel)));
                return described;
            },
            cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject { ["streams"] = streams });
    }

    private static JsonObject Describe(SignalStreamRow stream, (long Waiting, long Refused) count) => new()
    {
        ["id"] = stream.Id,
        ["client"] = stream.Owner,
        ["audience"] = stream.Audience,
        ["method"] = stream.Endpoint is null ? "poll" : "push",
        ["host"] = stream.Endpoint is { } endpoint ? new Uri(endpoint).Host : null,
        ["events"] = new JsonArray([.. stream.Events.Select(e => (JsonNode)SignalEvents.UriOf(e))]),
        ["status"] = stream.Status,
        ["reason"] = stream.Reason,
        ["waiting"] = count.Waiting,
        ["refused"] = count.Refused,
        ["failures"] = stream.Attempts,
        ["failure"] = stream.Failure,
        ["triedAgainAt"] = stream.RetryAt is { } at ? Text(Microseconds.ToInstant(at)) : null,
    };

    private static async Task RefusedAsync(HttpContext http, string id, Database database, CancellationToken cancel)
    {
        var count = HrisRequest.Count(http.Request);
        var refused = await database.ReadAsync(
            async s => await SignalStreamStore.FindAsync(s, id, cancel) is null ? throw NotFound() : await SignalStore.RefusedAsync(s, id, count, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["refused"] = new JsonArray([.. refused.Select(q => (JsonNode)new JsonObject
            {
                ["jti"] = q.Id,
                ["event"] = SignalEvents.UriOf(q.Signal.Type),
                ["resourceId"] = q.Signal.ResourceId,
                ["at"] = Text(q.Signal.At),
                ["correlation"] = q.Signal.Correlation,
                ["reason"] = q.Refused,
            })]),
        });
    }

    private static async Task SetStatusAsync(HttpContext http, string id, StreamStatus statuses, CancellationToken cancel)
    {
        var body = await SignalsApi.BodyAsync(http, cancel);
        var (status, reason) = (StreamDocument.StatusOf(body), SignalsApi.Text(body, "reason", 1_000));
        var caller = Caller.Of(http);
        if (!await statuses.SetAsync(id, status, reason, caller.Actor, caller.Correlation, tells: true, cancel))
            throw NotFound();
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject { ["id"] = id, ["status"] = status });
    }

    private static ScimException NotFound() => ScimError.NotFound("There is no such stream.").AsException();

    private static string Text(NodaTime.Instant at) => InstantPattern.ExtendedIso.Format(at);
}
