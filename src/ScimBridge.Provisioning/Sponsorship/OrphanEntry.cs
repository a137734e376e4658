using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// That an account stands on the orphan queue: a named duty group answers for it, and a clock runs (OWASP NHI1:2025, improper offboarding).
/// </summary>
/// <param name="Roles">The roles for which the chain found nobody.</param>
/// <param name="Since">Since when.</param>
public sealed record OrphanEntry(IReadOnlyList<AccountableRole> Roles, Instant Since)
{
    /// <summary>Until when the duty group is to have looked at it.</summary>
    public required Instant TriageBy { get; init; }

    /// <summary>When its end state is brought about.</summary>
    public required Instant EndBy { get; init; }

    /// <summary>When somebody above the duty group was told that it was not looked at in time; null while nobody was.</summary>
    public Instant? TriageEscalatedAt { get; init; }

    /// <summary>When the end state was brought about, or asked for where it must not come by itself; null before.</summary>
    public Instant? EndedAt { get; init; }
}
