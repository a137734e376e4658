using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>One credential of a service account: everything about it but the secret.</summary>
/// <param name="KeyId">The key id or fingerprint, as the target has it.</param>
public sealed record Credential(string KeyId)
{
    /// <summary>Whether it is a person's own token or key, with which no program of others signs in: revoked, never rotated.</summary>
    public bool IsPersonal { get; init; }

    /// <summary>How it can be taken out of use.</summary>
    public Retirement Retirement { get; init; }

    /// <summary>Who made it; null where nobody knows.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>
    /// Whether <see cref="KnownTo"/> is all there is to know, as with a vault that hands every secret out. Otherwise every technical owner
    /// and whoever made it is taken to know it too.
    /// </summary>
    public bool IsTracked { get; init; }

    /// <summary>Who is known to know it.</summary>
    public IReadOnlyList<Knowledge> KnownTo { get; init; } = [];

    /// <summary>When it expires; null for never.</summary>
    public Instant? NotAfter { get; init; }

    /// <summary>Where it stands.</summary>
    public CredentialState State { get; init; }

    /// <summary>Who answers for it where it is unverifiable; null otherwise.</summary>
    public RiskAcceptance? Risk { get; init; }

    /// <summary>Whether knowing it is worth nothing any more, or somebody has accepted that it may be.</summary>
    public bool IsSettled => State is CredentialState.RevokedVerified or CredentialState.RotatedVerified
        || (State == CredentialState.Unverifiable && Risk is { AcceptedAt: not null });
}
