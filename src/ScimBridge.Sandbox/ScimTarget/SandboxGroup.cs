namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>A group as a target holds it. Members are user names, or display names of groups, in order.</summary>
public sealed record SandboxGroup(string Id, string DisplayName, string? ExternalId, int Version, IReadOnlyList<string> Members);
