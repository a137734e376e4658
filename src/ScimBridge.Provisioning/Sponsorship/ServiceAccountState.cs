namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// Where a service account stands. An exemption is no state: an account that is exempt can lose its sponsor like any other.
/// </summary>
public enum ServiceAccountState
{
    /// <summary>Found at a target, and adopted by nobody.</summary>
    Proposed = 0,

    /// <summary>In use, and somebody answers for it.</summary>
    Active,

    /// <summary>In use; somebody is to confirm that it is still needed.</summary>
    AttestationDue,

    /// <summary>In use; a successor is sought.</summary>
    SponsorAtRisk,

    /// <summary>In use; the chain of succession has found nobody.</summary>
    Orphaned,

    /// <summary>Works, and gets nothing new: no credential, no permission.</summary>
    Restricted,

    /// <summary>Does not work.</summary>
    Disabled,

    /// <summary>Does not work, and has a day on which it goes.</summary>
    ScheduledDelete,

    /// <summary>Gone. There is no way back.</summary>
    Deleted,
}
