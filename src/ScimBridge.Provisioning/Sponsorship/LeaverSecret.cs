using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What has become of a credential that a leaver knows.</summary>
public enum SecretOutcome
{
    /// <summary>It may still be worth something.</summary>
    Open = 0,

    /// <summary>It was tried, and refused.</summary>
    Verified,

    /// <summary>Nobody can see whether it has ended, and somebody has accepted that by name.</summary>
    Unverifiable,
}

/// <summary>A credential of a service account that a leaver knows.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="KeyId">The credential.</param>
/// <param name="Outcome">What has become of it.</param>
public sealed record LeaverSecret(string AccountId, string KeyId, SecretOutcome Outcome)
{
    /// <summary>Until when it is to be proven to be gone; null where no deadline was set.</summary>
    public Instant? DueAt { get; init; }

    /// <summary>Since when it is; null while it is not.</summary>
    public Instant? ClosedAt { get; init; }

    /// <summary>Who has accepted that nobody can see it; null for the duty group, and where nobody had to.</summary>
    public string? AcceptedBy { get; init; }
}
