namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>The order in which due work is served; a backlog in a later lane never holds up an earlier one.</summary>
public enum Lane
{
    /// <summary>Leavers and revocations.</summary>
    Revoke = 0,

    /// <summary>Suspensions.</summary>
    Suspend = 1,

    /// <summary>Joiners and returns.</summary>
    Join = 2,

    /// <summary>Everything else that changed.</summary>
    Change = 3,

    /// <summary>What reconciliation wants looked at.</summary>
    Reconcile = 4,
}
