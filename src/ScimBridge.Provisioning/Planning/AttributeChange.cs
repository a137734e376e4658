using System.Text.Json.Nodes;

namespace ScimBridge.Provisioning.Planning;

/// <summary>One attribute of an account that is to be set or cleared.</summary>
/// <param name="Schema">The extension's URN, or null for a core attribute.</param>
/// <param name="Name">The attribute; whole attributes are replaced, so that an update can be repeated safely.</param>
/// <param name="Value">The new value; null clears it.</param>
public sealed record AttributeChange(string? Schema, string Name, JsonNode? Value);
