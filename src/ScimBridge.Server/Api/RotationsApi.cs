using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Connectors.Webhooks;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// A consumer's word that it uses a new secret. It needs no token: its signature is its credential (HMAC-SHA-256 over timestamp, full stop and
/// body, with any of the keys of <c>rotation.handover</c>), and it names the credential that it means.
/// </summary>
internal static class RotationsApi
{
    private const int MaxSize = 65_536;

    private const long ToleranceSeconds = 300;

    public static void Map(WebApplication app) => app.MapPost("/rotations/v1/{id}/confirmation", ConfirmAsync).AllowAnonymous();

    private static async Task ConfirmAsync(
        HttpContext http, string id, BridgeConfiguration configuration, Database database, IClock clock, IAlarm alarm, CancellationToken cancel)
    {
        if (configuration.Options.Rotation.Handover is not { } handover)
            throw Unsigned();
        var body = await HrisBody.ReadAsync(http.Request, MaxSize, cancel);
        var now = clock.GetCurrentInstant();
        CheckSignature(http.Request, handover, body, now);
        if (KeyId(body) is not { } keyId)
            throw ScimError.InvalidSyntax("The body says which credential is in use: {\"keyId\": \"...\"}.").AsException();
        // Whom it is not about is not told whether there is such a rotation.
        var rotation = await database.ReadAsync(s => RotationStore.FindAsync(s, id, cancel), cancel);
        if (rotation is null || rotation.NewKeyId != keyId)
            throw ScimError.NotFound("There is no rotation with this id that has handed this credential over.").AsException();
        await database.WriteAsync(
            async s =>
            {
                var at = now.ToMicroseconds();
                if (await RotationStore.ConfirmAsync(s, id, at, cancel) && rotation.EndedAt is null)
                {
                    await ServiceAccountTaskStore.MarkAsync(
                        s, [new(rotation.Target, rotation.AccountId, ServiceAccountVerb.Rotate, rotation.KeyId, Lane.Change, at)], at, rotation.Correlation, cancel);
                }
            },
            cancel);
        alarm.Wake(new DrainKey(DrainKind.Rotate, rotation.Target));
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static string? KeyId(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body) is JsonObject json && json["keyId"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void CheckSignature(HttpRequest request, HandoverOptions handover, byte[] body, Instant now)
    {
        var timestamp = request.Headers["X-Timestamp"].ToString();
        if (!long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) || Math.Abs(now.ToUnixTimeSeconds() - seconds) > ToleranceSeconds)
            throw Unsigned();
        var given = request.Headers["X-Signature"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Take(10)
            .Where(part => part.StartsWith("v1=", StringComparison.Ordinal) && part.Length == 67 && part[3..].All(char.IsAsciiHexDigit)).Select(part => Convert.FromHexString(part[3..])).ToList();
        // Every key is tried, whichever fits: the time that it takes tells nothing.
        var fits = false;
        foreach (var key in handover.Keys)
        {
            var mac = WebhookSignature.Of(key.Read() ?? throw Unsigned(), timestamp, body);
            foreach (var one in given)
                fits |= CryptographicOperations.FixedTimeEquals(mac, one);
        }

        if (!fits)
            throw Unsigned();
    }

    private static ScimException Unsigned() =>
        ScimError.Unauthorized("The confirmation is not signed with a known key, or too old.").AsException();
}
