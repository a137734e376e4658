using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>A succession that is under way: whose role is handed over, and who is asked.</summary>
/// <param name="Role">The role.</param>
/// <param name="From">From whom.</param>
/// <param name="Start">
/// Where the chain of managers begins: the manager of <paramref name="From"/> as of the event; null for none. It is kept, so that a
/// manager who is changed afterwards does not change who is asked next.
/// </param>
/// <param name="Since">Since when.</param>
public sealed record Handover(AccountableRole Role, string From, string? Start, Instant Since)
{
    /// <summary>Who is asked now; null where the chain has come to its end, and the orphan queue looks for somebody.</summary>
    public Successor? Asked { get; init; }

    /// <summary>Until when they are to answer.</summary>
    public Instant? AnswerBy { get; init; }

    /// <summary>Who was asked before and declined, did not answer or left.</summary>
    public IReadOnlyList<string> PassedOver { get; init; } = [];

    /// <summary>Whether nobody goes, and somebody is to come beside those who hold the role.</summary>
    public bool IsAddition { get; init; }

    /// <summary>Until when the one whose role it is keeps it at most; null where they keep it until the end of their access, or do not keep it.</summary>
    public Instant? KeptUntil { get; init; }

    /// <summary>When the account is restricted where nobody within the organisation has accepted; null for never.</summary>
    public Instant? RestrictAt { get; init; }

    /// <summary>How long after the role has gone over what the one before knew is to be rotated; null where it need not be, or already must.</summary>
    public Duration? RotateWithin { get; init; }
}
