using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>A credential as a target shows it: never what it is made of.</summary>
/// <param name="KeyId">The key id, as the target has it.</param>
/// <param name="Type">What sort it is.</param>
public sealed record FoundCredential(string KeyId, CredentialType Type)
{
    /// <summary>What people call it there; null where the target gives credentials no names.</summary>
    public string? Name { get; init; }

    /// <summary>When it was made; null where the target does not say.</summary>
    public Instant? CreatedAt { get; init; }

    /// <summary>When it expires; null for never, or where the target does not say.</summary>
    public Instant? NotAfter { get; init; }

    /// <summary>When it was last used; null where it never was, or the target does not say.</summary>
    public Instant? LastUsedAt { get; init; }

    /// <summary>Whether the target takes it now. One that does not is still there until it is removed.</summary>
    public bool IsEnabled { get; init; } = true;
}
