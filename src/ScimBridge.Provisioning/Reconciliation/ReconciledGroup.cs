namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>Somebody who should be in a group.</summary>
/// <param name="ResourceId">The resource.</param>
/// <param name="RemoteId">The account at the target; null where there is none yet.</param>
/// <param name="IsActive">Whether the account is to be used.</param>
public readonly record struct WantedMember(string ResourceId, string? RemoteId, bool IsActive);

/// <summary>Everything that is known of the members of one group at a target.</summary>
/// <param name="ResourceId">The group.</param>
/// <param name="Wanted">Who should be in it.</param>
/// <param name="Observed">The remote ids of those who are.</param>
public sealed record ReconciledGroup(string ResourceId, IReadOnlyCollection<WantedMember> Wanted, IReadOnlySet<string> Observed)
{
    /// <summary>Of the accounts that are in it and should not be: whose they are.</summary>
    public IReadOnlyDictionary<string, string> Linked { get; init; } = new Dictionary<string, string>();

    /// <summary>The resources whose membership is due to be delivered.</summary>
    public IReadOnlySet<string> Pending { get; init; } = new HashSet<string>();

    /// <summary>The resources and accounts that are never touched.</summary>
    public IReadOnlySet<string> Protected { get; init; } = new HashSet<string>();

    /// <summary>The group itself is never touched.</summary>
    public bool IsProtected { get; init; }
}
