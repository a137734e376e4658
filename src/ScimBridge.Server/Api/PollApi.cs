using System.Text.Json.Nodes;
using ScimBridge.Connectors.Signals;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// A receiver fetches what its stream is told (RFC 8936). What it does not acknowledge comes again, the same token under the same id. It may wait
/// for something to happen, and waits no longer than a proxy would let it.
/// </summary>
internal static class PollApi
{
    private const int MostEvents = 100;
    private const int MostIds = 1_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    public static async Task PollAsync(
        HttpContext http,
        string id,
        Database database,
        SecurityEventTokens tokens,
        LongPolls polls,
        TimeProvider time,
        IHostApplicationLifetime life,
        ILogger<SecurityEventTokens> log,
        CancellationToken cancel)
    {
        var stream = await database.ReadAsync(s => SignalsApi.FindAsync(http, s, id, cancel), cancel);
        if (stream.Endpoint is not null)
            throw ScimError.NotFound("There is no such stream: this one is pushed.").AsException();
        var (most, isImmediate, taken, refused) = Read(await SignalsApi.BodyAsync(http, cancel));
        if (taken.Count > 0 || refused.Count > 0)
            await SettleAsync(database, time, id, taken, refused, cancel);
        foreach (var (jti, reason) in refused)
            log.SignalRefused(jti, id, reason);

        var until = time.GetUtcNow() + LongestWait;
        var waits = most > 0 && !isImmediate && polls.TryBegin(id);
        try
        {
            while (true)
            {
                var (sets, more) = most == 0 ? ([], false) : await FetchAsync(stream, database, tokens, time, most, cancel);
                if (sets.Count > 0 || !waits || time.GetUtcNow() >= until || life.ApplicationStopping.IsCancellationRequested)
                {
                    http.Response.Headers.CacheControl = "no-store";
                    await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject { ["sets"] = sets, ["moreAvailable"] = more });
                    return;
                }

                await Task.Delay(Glance, time, cancel);
                stream = await database.ReadAsync(s => SignalsApi.FindAsync(http, s, id, cancel), cancel);
            }
        }
        finally
        {
            if (waits)
                polls.End(id);
        }
    }

    private static Task SettleAsync(
        Database database, TimeProvider time, string id, List<string> taken, List<(string Jti, string Reason)> refused, CancellationToken cancel) =>
        database.WriteAsync(
            async s =>
            {
                await SignalStore.TakenAsync(s, id, taken, cancel);
                foreach (var (jti, reason) in refused)
                    await SignalStore.RefuseAsync(s, id, jti, reason, cancel);
                var remembered = NodaTime.Instant.FromDateTimeOffset(time.GetUtcNow()) - Transmit.Remembered;
                await SignalStore.ForgetAsync(s, id, remembered.ToMicroseconds(), cancel);
            },
            cancel);

    private static async Task<(JsonObject Sets, bool More)> FetchAsync(
        SignalStreamRow stream, Database database, SecurityEventTokens tokens, TimeProvider time, int most, CancellationToken cancel)
    {
        while (true)
        {
            var waiting = await database.ReadAsync(s => SignalStore.WaitingAsync(s, stream, most + 1, cancel), cancel);
            var made = await tokens.OfAsync(stream, [.. waiting.Take(most)], cancel);
            var untellable = made.Where(t => t.Token is null).Select(t => (t.Queued.Id, Transmit.Untellable)).ToList();
            if (untellable.Count > 0)
                await SettleAsync(database, time, stream.Id, [], untellable, cancel);
            // Where nothing of it could be told, what comes behind it may be.
            if (made.Count > 0 && untellable.Count == made.Count)
                continue;
            return (new JsonObject(made.Where(t => t.Token is not null).Select(t => KeyValuePair.Create(t.Queued.Id, (JsonNode?)t.Token))), waiting.Count > most);
        }
    }

    private static (int Most, bool IsImmediate, List<string> Taken, List<(string Jti, string Reason)> Refused) Read(JsonObject body)
    {
        var most = MostEvents;
        if (body["maxEvents"] is { } number)
            most = number is JsonValue value && value.TryGetValue<int>(out var said) && said >= 0 ? Math.Min(said, MostEvents) : throw Invalid("maxEvents must be a number, 0 or more.");
        var isImmediate = false;
        if (body["returnImmediately"] is { } truth)
            isImmediate = truth is JsonValue value && value.TryGetValue<bool>(out var said) ? said : throw Invalid("returnImmediately must be true or false.");
        if (body["ack"] is not (null or JsonArray) || body["setErrs"] is not (null or JsonObject))
            throw Invalid("ack must be a list of ids, and setErrs an object.");
        var taken = (body["ack"] as JsonArray ?? []).Select(a => a is JsonValue value && value.TryGetValue<string>(out var jti) ? jti : throw Invalid("ack must be a list of ids.")).ToList();
        var refused = (body["setErrs"] as JsonObject ?? []).Select(e => (e.Key, ReasonOf(e.Value))).ToList();
        return taken.Count + refused.Count <= MostIds ? (most, isImmediate, taken, refused) : throw Invalid($"ack and setErrs have {MostIds} ids at most.");
    }

    // The description may speak of somebody; the code does not.
    private static string ReasonOf(JsonNode? error) => error is JsonObject said && said["err"] is JsonValue value && value.TryGetValue<string>(out var code) && PushClient.IsCode(code)
        ? $"setErrs: {code}."
        : "setErrs: without a code that is known.";

    private static ScimException Invalid(string detail) => ScimError.InvalidValue(detail).AsException();
}
