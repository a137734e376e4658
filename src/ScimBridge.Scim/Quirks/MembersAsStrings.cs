using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Scim.Quirks;

/// <summary>
/// A member as its bare id: <c>{"op":"Add","path":"members","value":["42","43"]}</c> instead of <c>[{"value":"42"}]</c>.
/// Source: behaviour of scripts and of old provisioning connectors as reported by implementers of SCIM servers.
/// </summary>
public static class MembersAsStrings
{
    public static readonly Quirk Quirk = new("membersAsStrings");

    /// <summary>The element that a string stands for, or what was given.</summary>
    internal static JsonNode? Expand(JsonNode? node, ClientProfile profile) =>
        node is JsonValue && node.GetValueKind() == JsonValueKind.String && profile.Allows(Quirk)
            ? new JsonObject { ["value"] = node.GetValue<string>() }
            : node;
}
