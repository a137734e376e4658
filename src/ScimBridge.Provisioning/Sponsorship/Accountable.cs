using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>That a person answers for an account.</summary>
/// <param name="Role">For what.</param>
/// <param name="PersonId">Who.</param>
/// <param name="Since">From when.</param>
public sealed record Accountable(AccountableRole Role, string PersonId, Instant Since)
{
    /// <summary>Why.</summary>
    public AccountableBasis Basis { get; init; }

    /// <summary>When they accepted; null while they have not, and for those who hold it provisionally or stand in.</summary>
    public Instant? AcceptedAt { get; init; }

    /// <summary>Whether they were taken to accept because they did not answer. Never at criticality 1 and 2.</summary>
    public bool IsBySilence { get; init; }

    /// <summary>When it ends by itself; null for never.</summary>
    public Instant? ExpiresAt { get; init; }

    /// <summary>For whom they stand in; null for nobody.</summary>
    public string? ActingFor { get; init; }

    /// <summary>Until when the one who is away and the one who stands in are to confirm the return; null before it.</summary>
    public Instant? ReturnBy { get; init; }

    /// <summary>Who of the two has confirmed the return.</summary>
    public IReadOnlyList<string> Confirmed { get; init; } = [];

    /// <summary>Whether it is theirs: named or accepted, neither provisional nor for a time.</summary>
    public bool IsSettled => Basis is AccountableBasis.Assigned or AccountableBasis.Succession;
}
