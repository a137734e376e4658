using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>The deliveries that did not succeed, what to do about each, and trying one, some or all of them again.</summary>
internal static class DeliveriesApi
{
    private const int MostIds = 1_000;

    public static void Map(WebApplication app)
    {
        app.MapGet("/admin/v1/deliveries", ListAsync).RequireAuthorization(Scopes.AdminRead);
        app.MapPost("/admin/v1/deliveries/retry", RetryAsync).RequireAuthorization(Scopes.AdminOperate);
    }

    private static async Task ListAsync(HttpContext http, BridgeConfiguration configuration, Database database, CancellationToken cancel)
    {
        var target = TargetOf(HrisRequest.Query(http.Request, "target"), configuration);
        var count = HrisRequest.Count(http.Request);
        var isDead = HrisRequest.Query(http.Request, "state") switch
        {
            null or "failed" => true,
            "retrying" => false,
            _ => throw HrisRequest.Invalid("state must be failed or retrying."),
        };
        var code = HrisRequest.Query(http.Request, "code");
        var failed = await database.ReadAsync(
            s => FailureStore.ListAsync(s, target, isDead, code, After(http.Request), count, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["deliveries"] = new JsonArray([.. failed.Select(f => (JsonNode)Describe(target, f))]),
            ["next"] = failed.Count == count ? $"{failed[^1].ResourceId}/{failed[^1].MemberId}" : null,
        });
    }

    // { "target": "corp", "ids": ["..."] }, { "target": "corp", "code": "nameTaken" } or { "target": "corp", "all": true }
    private static async Task RetryAsync(
        HttpContext http, BridgeConfiguration configuration, Database database, IAlarm alarm, IClock clock, CancellationToken cancel)
    {
        var body = JsonBody.Parse(await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel));
        var target = TargetOf(Text(body["target"]), configuration);
        var (ids, code) = (Ids(body["ids"]), body["code"] is null ? null : Text(body["code"]) ?? throw HrisRequest.Invalid("code must be a text."));
        var isAll = body["all"] is JsonValue value && value.TryGetValue<bool>(out var all) && all;
        if ((ids is null ? 0 : 1) + (code is null ? 0 : 1) + (isAll ? 1 : 0) != 1)
            throw HrisRequest.Invalid("Exactly one of ids, code and all says which.");
        var now = clock.GetCurrentInstant().ToMicroseconds();
        var retried = await database.WriteAsync(
            async s =>
            {
                var count = await FailureStore.RetryAsync(s, target, ids, code, now, cancel);
                var data = new JsonObject { ["target"] = target, ["deliveries"] = count, ["code"] = code };
                await JournalStore.AppendAsync(s, [new("delivery.retried", target, Caller.Of(http).Actor, target, data.ToJsonString())], now, cancel);
                return count;
            },
            cancel);
        alarm.Wake(new DrainKey(DrainKind.Deliver, target));
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject { ["target"] = target, ["retried"] = retried });
    }

    private static JsonObject Describe(string target, FailedDelivery failed) => new()
    {
        ["target"] = target,
        ["id"] = failed.ResourceId,
        ["member"] = failed.MemberId.Length == 0 ? null : failed.MemberId,
        ["type"] = failed.Type,
        ["name"] = failed.Name,
        ["remoteId"] = failed.RemoteId,
        ["state"] = failed.RetryAt is null ? "failed" : "retrying",
        ["call"] = failed.Failure?.Call,
        ["status"] = failed.Failure is { Status: > 0 } answered ? answered.Status : null,
        ["code"] = failed.Failure?.Code,
        ["requestId"] = failed.Failure?.RequestId,
        ["meaning"] = failed.Failure?.Meaning ?? failed.Reason,
        ["whatToDo"] = failed.Failure?.Advice,
        ["reason"] = failed.Reason,
        ["attempts"] = failed.Attempts,
        ["since"] = At(failed.Since),
        ["triedAt"] = At(failed.TriedAt),
        ["retryAt"] = At(failed.RetryAt),
        ["correlation"] = failed.Correlation,
    };

    internal static string TargetOf(string? name, BridgeConfiguration configuration) =>
        name is null ? throw HrisRequest.Invalid("target says which target.")
        : configuration.Targets.FirstOrDefault(t => t.Name == name)?.Name
            ?? throw ScimError.NotFound($"There is no target '{name}'.").AsException();

    internal static string? At(long? microseconds) =>
        microseconds is { } at ? InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(at)) : null;

    private static (string ResourceId, string MemberId) After(HttpRequest request) =>
        HrisRequest.Query(request, "after") is not { } text ? ("", "")
        : text.Split('/') is [var resource, var member] ? (resource, member)
        : throw HrisRequest.Invalid("after is what an answer before gave.");

    private static List<string>? Ids(JsonNode? node) => node switch
    {
        null => null,
        JsonArray { Count: <= MostIds } list when list.All(i => Text(i) is not null) => [.. list.Select(i => Text(i)!)],
        _ => throw HrisRequest.Invalid($"ids is a list of at most {MostIds} ids."),
    };

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
