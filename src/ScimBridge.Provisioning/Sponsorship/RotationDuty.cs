using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// That a credential has to be taken out of use because of who knows it. Proof closes it; a transfer of the account never does (NIST SP
/// 800-53 AC-2k, PS-4b: authenticators are changed when somebody leaves, whoever owns the account).
/// </summary>
/// <param name="KeyId">The credential.</param>
/// <param name="PersonId">Whose knowledge brought it about; null where it is the end of the account.</param>
/// <param name="DueAt">Until when it is to be proven.</param>
public sealed record RotationDuty(string KeyId, string? PersonId, Instant DueAt)
{
    /// <summary>Whether the account is disabled at the deadline, where it is not done and may be disabled.</summary>
    public bool DisablesWhenLate { get; init; }

    /// <summary>When somebody was told that it is late; null while it is not.</summary>
    public Instant? EscalatedAt { get; init; }

    /// <summary>When it was proven; null while it is not.</summary>
    public Instant? ClosedAt { get; init; }
}
