using System.Text.Json.Nodes;

namespace ScimBridge.Scim.Quirks;

/// <summary>
/// A single value in an array of one: <c>{"op":"Add","path":"manager","value":[{"$ref":"https://.../Users/42","value":"42"}]}</c>, the
/// form in which Entra ID sends the manager.
/// Source: learn.microsoft.com, "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID".
/// </summary>
public static class ArrayForSingleValued
{
    public static readonly Quirk Quirk = new("arrayForSingleValued");

    /// <summary>The only element, or what was given.</summary>
    internal static JsonNode? Unwrap(JsonNode? node, ClientProfile profile) =>
        node is JsonArray { Count: 1 } array && profile.Allows(Quirk) ? array[0] : node;
}
