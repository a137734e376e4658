using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>A stream as receivers see it, and say it (SSF 1.0, 8.1.1). What a receiver hands in as a credential is never shown again.</summary>
internal static class StreamDocument
{
    /// <summary>The bridge pushes (RFC 8935).</summary>
    public const string Push = "urn:ietf:rfc:8935";

    /// <summary>The receiver polls (RFC 8936).</summary>
    public const string Poll = "urn:ietf:rfc:8936";

    private const int MaxEvents = 100;

    // What the transmitter says of a stream: a receiver may repeat it, and cannot change it.
    private static readonly string[] Own =
        ["stream_id", "iss", "aud", "events_supported", "events_delivered", "min_verification_interval", "inactivity_timeout"];

    /// <summary>The document.</summary>
    public static JsonObject Of(SignalStreamRow stream, BridgeOptions options)
    {
        var document = new JsonObject
        {
            ["stream_id"] = stream.Id,
            ["iss"] = SignalsOptions.IssuerOf(options),
            ["aud"] = stream.Audience,
            ["events_supported"] = Uris(Supported(stream.Rule)),
            ["events_delivered"] = Uris(stream.Events),
            ["delivery"] = stream.Endpoint is { } endpoint
                ? new JsonObject { ["method"] = Push, ["endpoint_url"] = endpoint }
                : new JsonObject { ["method"] = Poll, ["endpoint_url"] = SignalsApi.PollUrl(options, stream.Id) },
            ["min_verification_interval"] = SignalsApi.MinVerificationSeconds,
            ["inactivity_timeout"] = (long)StreamStatus.Inactivity.TotalSeconds,
        };
        if (stream.Requested is { } requested)
            document["events_requested"] = JsonNode.Parse(requested);
        if (stream.Description is { } description)
            document["description"] = description;
        return document;
    }

    /// <summary>The stream as a receiver wants it.</summary>
    /// <param name="body">What the receiver says.</param>
    /// <param name="stream">The stream as it is.</param>
    /// <param name="options">The options.</param>
    /// <param name="isWhole">Whether what is left out is to go; otherwise it stays.</param>
    /// <exception cref="ScimException">400.</exception>
    public static SignalStreamRow Read(JsonObject body, SignalStreamRow stream, SignalsOptions options, bool isWhole)
    {
        if (isWhole || body.ContainsKey("description"))
            stream = stream with { Description = SignalsApi.Text(body, "description", 1_000) };
        if (isWhole || body.ContainsKey("events_requested"))
        {
            var requested = Requested(body["events_requested"]);
            stream = stream with
            {
                Requested = requested is null ? null : new JsonArray([.. requested.Select(e => (JsonNode)e)]).ToJsonString(),
                // Events that are not known here may be asked for; they never come.
                Events = [.. Supported(stream.Rule).Where(t => requested is null || requested.Contains(SignalEvents.UriOf(t), StringComparer.Ordinal))],
            };
        }

        return isWhole || body.ContainsKey("delivery") ? Delivered(body["delivery"], stream, options, isWhole) : stream;
    }

    /// <summary>Refuses what a receiver says differently though it is the transmitter's to say.</summary>
    /// <exception cref="ScimException">400.</exception>
    public static void CheckOwn(JsonObject body, JsonObject current)
    {
        foreach (var name in Own.Where(n => body.ContainsKey(n) && !JsonNode.DeepEquals(body[n], current[n])))
            throw Invalid($"{name} is the transmitter's to say, and is another.");
    }

    /// <summary>The status that a receiver or an administrator wants.</summary>
    /// <exception cref="ScimException">400.</exception>
    public static string StatusOf(JsonObject body) => SignalsApi.Text(body, "status", 20) is { } status
        && status is SignalStreamRow.Enabled or SignalStreamRow.Paused or SignalStreamRow.Disabled
            ? status
            : throw Invalid("status must be enabled, paused or disabled.");

    private static IReadOnlyList<SignalType> Supported(SubjectRule rule) => rule.Placement == SubjectPlacement.SubId
        ? SignalEvents.Supported
        : [.. SignalEvents.Supported.Where(t => !SignalEvents.IsOfScim(t))];

    private static JsonArray Uris(IEnumerable<SignalType> events) => [.. events.Select(e => (JsonNode)SignalEvents.UriOf(e))];

    private static List<string>? Requested(JsonNode? node)
    {
        if (node is null)
            return null;
        var texts = (node as JsonArray)?.Select(e => e is JsonValue value && value.TryGetValue<string>(out var text) && text.Length <= 500 ? text : null).ToList();
        return texts is { Count: <= MaxEvents } && !texts.Contains(null)
            ? texts.ConvertAll(t => t!)
            : throw Invalid($"events_requested must be a list of {MaxEvents} URIs at most.");
    }

    private static SignalStreamRow Delivered(JsonNode? node, SignalStreamRow stream, SignalsOptions options, bool isWhole)
    {
        if (node is not (null or JsonObject))
            throw Invalid("delivery must be an object.");
        var delivery = node as JsonObject ?? [];
        // SSF 1.0, 8.1.1.1: who says nothing of it polls.
        var method = SignalsApi.Text(delivery, "method", 100) ?? Poll;
        if (method == Poll)
            return stream with { Endpoint = null, Credential = null };
        if (method != Push)
            throw Invalid($"delivery.method must be {Push} or {Poll}.");
        var endpoint = SignalsApi.Text(delivery, "endpoint_url", 2_000) ?? throw Invalid("delivery.endpoint_url is required to be pushed to.");
        if (SignalStreamOptions.FaultOfEndpoint(endpoint, options.AllowPrivateAddresses) is { } fault)
            throw Invalid("delivery.endpoint_url " + fault);
        var header = SignalsApi.Text(delivery, "authorization_header", 4_096);
        // A credential goes nowhere but to where it was handed in for.
        var credential = header is not null ? Seal(header, stream.Id, options)
            : isWhole || endpoint != stream.Endpoint ? null
            : stream.Credential;
        return stream with { Endpoint = endpoint, Credential = credential };
    }

    private static string Seal(string header, string stream, SignalsOptions options)
    {
        if (!SignalStreamOptions.IsHeader(header))
            throw Invalid("delivery.authorization_header has characters that cannot stand in a header.");
        return options.SealKey is { } key && new CredentialSeal(key).Seal(stream, header) is { } credential
            ? credential
            : throw Invalid("delivery.authorization_header is not taken here: there is no key to seal it with (signals.sealKey).");
    }

    private static ScimException Invalid(string detail) => ScimError.InvalidValue(detail).AsException();
}
