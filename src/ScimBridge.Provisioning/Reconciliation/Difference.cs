using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>One thing that is not at a target as it should be.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Of">What it is about; of a membership, a user.</param>
/// <param name="ResourceId">The resource that it is about; null for an account that nobody of ours has.</param>
/// <param name="RemoteId">The account, the group or the credential of a service account at the target; null where there is none.</param>
public sealed record Difference(DifferenceKind Kind, DifferenceSubject Of, string? ResourceId, string? RemoteId)
{
    /// <summary>Of a membership: the group's resource.</summary>
    public string? GroupId { get; init; }

    /// <summary>
    /// What differs, in words without values: the attributes, <c>active</c>, what an account was recognised by, or the kind of access. In
    /// the order of the alphabet.
    /// </summary>
    public IReadOnlyList<string> What { get; init; } = [];

    /// <summary>How it stands.</summary>
    public Standing Standing { get; init; }

    /// <summary>Why it stands so, or what is known of it; null for nothing.</summary>
    public string? Because { get; init; }

    /// <summary>What a difference of an account is about.</summary>
    public static DifferenceSubject SubjectOf(AccountKind kind) => kind == AccountKind.Group ? DifferenceSubject.Group : DifferenceSubject.User;
}
