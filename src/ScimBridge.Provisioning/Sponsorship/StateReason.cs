namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Why what can be done with an account changes.</summary>
public enum StateReason
{
    /// <summary>Somebody adopted it.</summary>
    Adopted = 0,

    /// <summary>Nobody confirmed in time that it is needed.</summary>
    AttestationOverdue,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Nobody has used it for long.</summary>
    Inactive,

    /// <summary>The contract of its only sponsor is about to end, and nobody within the organisation has accepted.</summary>
    ContractEnding,

    /// <summary>What a leaver knew of it was not taken out of use in time.</summary>
    LateRotation,

    /// <summary>Nobody was found to answer for it.</summary>
    Orphaned,
}
