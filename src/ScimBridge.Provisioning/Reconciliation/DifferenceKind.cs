namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>What is not at a target as it should be: a closed set.</summary>
public enum DifferenceKind
{
    /// <summary>An account or a group should be there, and is not.</summary>
    Missing = 0,

    /// <summary>An account that nobody of ours has.</summary>
    Orphan,

    /// <summary>An account can be used that should be disabled.</summary>
    ReEnabled,

    /// <summary>An attribute is another than it should be; also that an account is disabled that should be usable, as <c>active</c>.</summary>
    AttributeDrift,

    /// <summary>Somebody is in a group who should not be.</summary>
    ExtraMembership,

    /// <summary>Somebody is not in a group who should be.</summary>
    MissingMembership,

    /// <summary>Somebody who has left has a role that is no membership of a group.</summary>
    ExtraRole,

    /// <summary>A credential of a service account that the inventory does not know, or takes for ended.</summary>
    UnknownCredential,

    /// <summary>
    /// Somebody who has left holds something that still opens a door: a session, a token, a consent, a factor, a key; or knows a credential of a
    /// service account that still works.
    /// </summary>
    LeaverCredential,

    /// <summary>Who answers for a service account is not shown so at the target, somebody who has left still is, or too few who are here do.</summary>
    SponsorMissing,

    /// <summary>A further account of somebody whose own is there.</summary>
    Duplicate,

    /// <summary>An account that could be somebody's who has none that is known; a person or the next delivery has to match it.</summary>
    Unmatched,

    /// <summary>Something differs at an account that is never touched.</summary>
    Protected,
}
