using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>A non-human identity as a target shows it. People stand here by their ids at the target.</summary>
/// <param name="Kind">What sort it is.</param>
/// <param name="RemoteId">Its id at the target.</param>
/// <param name="Name">What people call it there.</param>
public sealed record FoundAccount(ServiceAccountKind Kind, string RemoteId, string Name)
{
    /// <summary>Who owns it there.</summary>
    public IReadOnlyList<string> OwnerIds { get; init; } = [];

    /// <summary>Who sponsors it there.</summary>
    public IReadOnlyList<string> SponsorIds { get; init; } = [];

    /// <summary>Its credentials, of the types that the target lists (<see cref="ServiceAccountCapabilities.Lists"/>).</summary>
    public IReadOnlyList<FoundCredential> Credentials { get; init; } = [];

    /// <summary>Whether it can be used there; null where the target does not say.</summary>
    public bool? IsEnabled { get; init; }

    /// <summary>Who made it; null where the target does not say.</summary>
    public string? CreatedById { get; init; }

    /// <summary>When it was made; null where the target does not say.</summary>
    public Instant? CreatedAt { get; init; }

    /// <summary>When it was last used; null where it never was, or the target does not say.</summary>
    public Instant? LastUsedAt { get; init; }

    /// <summary>The credential with this key id; null where there is none.</summary>
    public FoundCredential? Credential(string keyId) => Credentials.FirstOrDefault(c => c.KeyId == keyId);
}
