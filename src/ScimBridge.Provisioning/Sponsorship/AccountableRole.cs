namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What a person answers for.</summary>
public enum AccountableRole
{
    /// <summary>Why the account exists.</summary>
    Sponsor = 0,

    /// <summary>How it works.</summary>
    TechnicalOwner,

    /// <summary>Takes over from the sponsor first.</summary>
    CoSponsor,
}
