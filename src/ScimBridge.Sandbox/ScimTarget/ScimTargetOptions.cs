namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>A SCIM target to run: its name in the URL, the bearer token it asks for, and how it starts.</summary>
public sealed record ScimTargetOptions(string Name, string Token)
{
    /// <summary>The switches at start and after a reset.</summary>
    public ScimTargetSettings Settings { get; init; } = new();

    /// <summary>A client that its token service hands out tokens to, beside the fixed one.</summary>
    public ScimTokenClient? Client { get; init; }
}
