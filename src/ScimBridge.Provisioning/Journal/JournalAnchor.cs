using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;

namespace ScimBridge.Provisioning.Journal;

/// <summary>A head of the journal's chain, as it is signed and told to others: whoever keeps it can see later that nothing before it was cut off or changed.</summary>
/// <param name="Block">The block behind which it is the head.</param>
/// <param name="Position">How many entries there are until there.</param>
/// <param name="Seq">The number of the last of them.</param>
/// <param name="Hash">The head.</param>
/// <param name="At">When it was signed.</param>
public sealed record JournalAnchor(long Block, long Position, long Seq, string Hash, Instant At)
{
    /// <summary>The <c>typ</c> of its signature, and the <c>kind</c> of what is signed.</summary>
    public const string Kind = "scimbridge-journal-anchor+jws";

    /// <summary>The name of the event by which others are told of it.</summary>
    public const string EventName = "journal.anchored";

    /// <summary>The JSON that is signed.</summary>
    public string Payload() => new JsonObject
    {
        ["kind"] = Kind,
        ["version"] = 1,
        ["block"] = Block,
        ["position"] = Position,
        ["seq"] = Seq,
        ["hash"] = Hash,
        ["at"] = InstantPattern.ExtendedIso.Format(At),
    }.ToJsonString();

    /// <summary>The anchor that was signed by one of the keys; null where it is none, or of other keys.</summary>
    /// <param name="jws">The signature in its compact form.</param>
    /// <param name="keys">The public keys.</param>
    /// <param name="keyId">The key that signed.</param>
    public static JournalAnchor? Open(string jws, PublicKeys keys, out string? keyId)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (keys.Open(jws, Kind, out keyId) is not { } payload)
            return null;
        try
        {
            var json = JsonNode.Parse(payload)!;
            return new JournalAnchor(
                (long)json["block"]!, (long)json["position"]!, (long)json["seq"]!, (string)json["hash"]!, InstantPattern.ExtendedIso.Parse((string)json["at"]!).Value);
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or FormatException or UnparsableValueException)
        {
            return null;
        }
    }
}
