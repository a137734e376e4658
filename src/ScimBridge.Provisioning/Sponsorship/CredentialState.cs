namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Where a credential stands, by what a look at the target shows.</summary>
public enum CredentialState
{
    /// <summary>It works.</summary>
    Active = 0,

    /// <summary>A new one is there beside it.</summary>
    Rotating,

    /// <summary>The target has said that it is gone. That is no proof.</summary>
    Revoked,

    /// <summary>It was tried, and refused.</summary>
    RevokedVerified,

    /// <summary>Another has taken its place, and it was tried and refused.</summary>
    RotatedVerified,

    /// <summary>Nobody can see from here whether it has ended: somebody answers for it.</summary>
    Unverifiable,
}
