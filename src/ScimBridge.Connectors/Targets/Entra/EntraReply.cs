using System.Text.Json;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Serialization.Json;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>What came back of one call, or of one item of a batch.</summary>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="Body">The answer, where it is of at most 1 MiB.</param>
/// <param name="Error">What Graph says is wrong.</param>
/// <param name="Failure">What a call that did not succeed comes to, unless its verb knows better; null for 2xx.</param>
internal sealed record EntraReply(int Status, ReadOnlyMemory<byte> Body = default, MainError? Error = null, Outcome? Failure = null)
{
    public bool IsGone => Failure is Outcome.Gone;

    /// <summary>
    /// The property whose value another object holds; null where that is not what is wrong. Graph says so with 400 and the code of every
    /// bad request: "Another object with the same value for property userPrincipalName already exists."
    /// </summary>
    public string? Conflict
    {
        get
        {
            if (Status is not (400 or 409) || Error is null)
                return null;
            if (Error.Details?.Find(d => d.Code is "ObjectConflict") is { } detail)
                return detail.Target ?? "";
            const string Before = "Another object with the same value for property ";
            return Error.Message is { } message && message.StartsWith(Before, StringComparison.OrdinalIgnoreCase) ? message[Before.Length..].Split(' ')[0] : null;
        }
    }

    /// <summary>The answer in this shape; null where it is none.</summary>
    public T? As<T>(ParsableFactory<T> shape)
        where T : class, IParsable => Read(Body, shape);

    public static T? Read<T>(ReadOnlyMemory<byte> text, ParsableFactory<T> shape)
        where T : class, IParsable
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object ? new JsonParseNode(document.RootElement).GetObjectValue(shape) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
