using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Quirks;

/// <summary>
/// A reference as its bare id: <c>{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"42"}</c>. The
/// attribute is complex, and the id belongs into its <c>value</c>.
/// Source: learn.microsoft.com, "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID".
/// </summary>
public static class ReferenceAsString
{
    public static readonly Quirk Quirk = new("referenceAsString");

    /// <summary>The complex value that a string stands for, or what was given.</summary>
    internal static JsonNode? Expand(JsonNode? node, AttributeDefinition attribute, ClientProfile profile) =>
        node is JsonValue && node.GetValueKind() == JsonValueKind.String && attribute is { IsComplex: true, MultiValued: false }
        && attribute.FindSubAttribute("value") is not null && profile.Allows(Quirk)
            ? new JsonObject { ["value"] = node.GetValue<string>() }
            : node;
}
