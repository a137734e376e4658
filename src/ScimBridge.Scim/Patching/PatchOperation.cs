using System.Text.Json.Nodes;

namespace ScimBridge.Scim.Patching;

/// <summary>One operation of a PATCH, its path bound to the schema.</summary>
/// <param name="Index">The place in the request, from 0; what one operation without a path asks for shares it.</param>
/// <param name="Verb">What to do.</param>
/// <param name="Path">Where.</param>
/// <param name="Value">With what, as the client sent it; null for JSON null too.</param>
public sealed record PatchOperation(int Index, PatchVerb Verb, PatchPath Path, JsonNode? Value);
