using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>Everything that is known of one non-human identity at a target: what the target shows of it, and what the inventory has.</summary>
/// <param name="Found">What the target shows.</param>
/// <param name="Account">What the inventory has; null where it has never heard of it.</param>
/// <param name="People">Those who have to do with it, and those who are shown with it.</param>
public sealed record ReconciledServiceAccount(FoundAccount Found, ServiceAccount? Account, People People)
{
    /// <summary>The users of those whom the target shows with it, by their ids there; without those who are none of ours.</summary>
    public IReadOnlyDictionary<string, string> Shown { get; init; } = new Dictionary<string, string>();

    /// <summary>The ids at the target of those who answer for it, by their users; without those who have none there.</summary>
    public IReadOnlyDictionary<string, string> RemoteIds { get; init; } = new Dictionary<string, string>();

    /// <summary>A credential of it is being exchanged: what comes and goes meanwhile is known.</summary>
    public bool IsRotating { get; init; }

    /// <summary>That it works, or does not, or goes, is due to be brought about.</summary>
    public bool IsStateDue { get; init; }

    /// <summary>Who answers for it is due to be written.</summary>
    public bool AreOwnersDue { get; init; }

    /// <summary>It is never touched.</summary>
    public bool IsProtected { get; init; }
}
