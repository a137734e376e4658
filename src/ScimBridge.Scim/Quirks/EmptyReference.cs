using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Quirks;

/// <summary>
/// A reference that is taken away by an empty id: <c>{"op":"Replace","path":"...:User:manager","value":{"value":""}}</c>, or <c>"value":""</c>. An
/// empty string is a value elsewhere (RFC 7643 2.5), but it is the id of nobody.
/// Source: Microsoft's SCIM validator and Entra ID, as reported by implementers of SCIM servers.
/// </summary>
public static class EmptyReference
{
    public static readonly Quirk Quirk = new("emptyReference");

    /// <summary>Whether the value of a complex attribute that refers to a resource says "none".</summary>
    internal static bool IsNone(JsonNode? node, AttributeDefinition attribute, ClientProfile profile) =>
        attribute.FindSubAttribute("$ref") is not null && attribute.FindSubAttribute("value") is not null && profile.Allows(Quirk)
        && (IsEmpty(node) || (node is JsonObject complex && complex.Any(m => Is(m, "value") && IsEmpty(m.Value))
            && complex.All(m => !Is(m, "$ref") || m.Value is null || IsEmpty(m.Value))));

    private static bool Is(KeyValuePair<string, JsonNode?> member, string name) =>
        string.Equals(member.Key, name, StringComparison.OrdinalIgnoreCase);

    private static bool IsEmpty(JsonNode? node) =>
        node is JsonValue && node.GetValueKind() == JsonValueKind.String && node.GetValue<string>().Length == 0;
}
