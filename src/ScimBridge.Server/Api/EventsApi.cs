using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors.Webhooks;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// Webhooks of HR systems in, lifecycle events out. A webhook needs no token: its signature is its credential (HMAC-SHA-256 over timestamp,
/// full stop and body, with any of the configured keys). What is too old or was heard before is not done again.
/// </summary>
internal static class EventsApi
{
    private const int MaxSize = 1_048_576;

    public static void Map(WebApplication app)
    {
        app.MapPost("/hris/v1/{source}/events", PostAsync).AllowAnonymous();
        app.MapGet("/hris/v1/{source}/events", GetAsync).RequireAuthorization(Scopes.HrisRead);
    }

    private static async Task PostAsync(
        HttpContext http, BridgeConfiguration configuration, Intake intake, Database database, IClock clock, IAlarm alarm, CancellationToken cancel)
    {
        // Who cannot sign is not told which sources there are.
        var source = configuration.Sources.FirstOrDefault(s => s.Name == http.GetRouteValue("source") as string);
        if (source?.Settings.Events is not { } events)
            throw Unsigned();
        var body = await HrisBody.ReadAsync(http.Request, MaxSize, cancel);
        var now = clock.GetCurrentInstant();
        var signature = http.Request.Headers[events.SignatureHeader].ToString();
        CheckSignature(http.Request, events, body, signature, now);
        var id = http.Request.Headers[events.IdHeader].ToString() is { Length: > 0 and <= 200 } said
            ? said
            : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(signature)));
        if (await database.ReadAsync(s => SourceStore.WasHeardAsync(s, source.Name, id, cancel), cancel))
        {
            await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject { ["repeated"] = true });
            return;
        }

        string? batch = null;
        if (events.Content == EventContent.Record)
        {
            batch = await BatchesApi.TakeAsync(
                intake, source.Name, new MemoryStream(AsList(body)), new Manifest("delta") { Format = "json", IdempotencyKey = "event:" + id }, cancel);
            http.Response.Headers.Location = $"/hris/v1/{source.Name}/batches/{batch}";
        }

        // Noted when it is taken in for good: a sender who saw no answer sends again, and then it is the same batch.
        await database.WriteAsync(
            async s =>
            {
                await SourceStore.HearEventAsync(
                    s, source.Name, id, now.ToMicroseconds(), (now - Duration.FromDays(7)).ToMicroseconds(), cancel);
                if (events.Content == EventContent.Notice)
                    await SourceStore.PullAtAsync(s, source.Name, now.ToMicroseconds(), error: null, cancel);
            },
            cancel);
        if (events.Content == EventContent.Notice)
            alarm.Wake(new DrainKey(DrainKind.PullSource, source.Name));
        await BatchesApi.WriteAsync(http, StatusCodes.Status202Accepted, new JsonObject { ["batch"] = batch });
    }

    private static void CheckSignature(HttpRequest request, EventsOptions events, byte[] body, string signature, Instant now)
    {
        string? timestamp = null;
        if (events.TimestampHeader.Length > 0)
        {
            timestamp = request.Headers[events.TimestampHeader].ToString();
            if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                || Math.Abs(now.ToUnixTimeSeconds() - seconds) > events.ToleranceSeconds)
                throw Unsigned();
        }

        var given = Signatures(signature).ToList();
        // Every key is tried, whichever fits: the time that it takes tells nothing.
        var fits = false;
        foreach (var key in events.Keys)
        {
            var mac = WebhookSignature.Of(key.Read() ?? throw Unsigned(), timestamp, body);
            foreach (var one in given)
                fits |= CryptographicOperations.FixedTimeEquals(mac, one);
        }

        if (!fits)
            throw Unsigned();
    }

    // "v1=hex,v1=hex", "sha256=hex", hex, base64.
    private static IEnumerable<byte[]> Signatures(string header)
    {
        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(10))
        {
            foreach (var text in new[] { part, part[(part.IndexOf('=', StringComparison.Ordinal) + 1)..] })
            {
                var bytes = new byte[64];
                if (text.Length == 64 && text.All(char.IsAsciiHexDigit))
                    yield return Convert.FromHexString(text);
                else if (text.Length is >= 43 and <= 44 && Convert.TryFromBase64String(text, bytes, out var length))
                    yield return bytes[..length];
            }
        }
    }

    private static byte[] AsList(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) is JsonObject one && !one.ContainsKey("workers") ? [(byte)'[', .. body, (byte)']'] : body;
        }
        catch (System.Text.Json.JsonException e)
        {
            throw ScimError.InvalidSyntax($"The body is no JSON, line {e.LineNumber + 1}.").AsException();
        }
    }

    private static ScimException Unsigned() =>
        ScimError.Unauthorized("The event is not signed with a known key, or too old.").AsException();

    private static async Task GetAsync(HttpContext http, BridgeConfiguration configuration, Database database, CancellationToken cancel)
    {
        var source = HrisRequest.SourceOf(http, configuration);
        var count = HrisRequest.Count(http.Request);
        var after = HrisRequest.After(http.Request, "cursor");
        var found = await database.ReadAsync(s => EventStore.AfterAsync(s, source.Name, after, count, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["events"] = new JsonArray([.. found.Select(e => (JsonNode)new JsonObject
            {
                ["id"] = e.Seq,
                ["type"] = e.Type,
                ["workerId"] = e.WorkerId,
                ["resourceId"] = e.ResourceId,
                ["effectiveAt"] = Text(e.EffectiveAt),
                ["recordedAt"] = Text(e.RecordedAt),
                ["changed"] = JsonNode.Parse(e.Changed),
                ["record"] = e.RecordSeq,
                ["batch"] = e.BatchId,
            })]),
            // Where the next page begins, or, at the end, where what happens next will be.
            ["cursor"] = (found.Count > 0 ? found[^1].Seq : after).ToString(CultureInfo.InvariantCulture),
            ["more"] = found.Count == count,
        });
    }

    private static string Text(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));
}
