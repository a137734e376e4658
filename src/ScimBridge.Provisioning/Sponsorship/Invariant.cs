namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What has to be true of every service account at all times.</summary>
public enum Invariant
{
    /// <summary>
    /// There is a sponsor and a technical owner who are here; two different people at criticality 1 and 2. An account on the orphan queue
    /// whose clock runs has the duty group instead.
    /// </summary>
    V1 = 1,

    /// <summary>Nobody is accountable who has left, or is about to.</summary>
    V2,

    /// <summary>What somebody knew who has left is out of use, with proof, or accepted as unverifiable by name; or it is on a deadline.</summary>
    V3,

    /// <summary>No duty is closed but by proof.</summary>
    V4,

    /// <summary>Who succeeds has accepted; at criticality 1 and 2 in words.</summary>
    V5,

    /// <summary>An account that is disabled has people who answer for it like any other.</summary>
    V6,

    /// <summary>The bridge's own credentials stand in the inventory.</summary>
    V7,
}
