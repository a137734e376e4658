using System.Text.Json.Nodes;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>A resource that a search came upon.</summary>
/// <param name="Id">Its identifier.</param>
/// <param name="ExternalId">The key that it carries, ours or another's.</param>
/// <param name="Resource">All of it that was shown.</param>
internal sealed record ScimFound(string Id, string? ExternalId, JsonObject Resource);
