namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>A user as a target holds it. Groups are display names, Json is the whole resource without id and meta.</summary>
public sealed record SandboxUser(
    string Id,
    string UserName,
    string? ExternalId,
    bool Active,
    int Version,
    DateTimeOffset LastModified,
    IReadOnlyList<string> Groups,
    string Json);
