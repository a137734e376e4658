namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What is done about who answers for an account, and about its use; cells of <see cref="CascadeTable"/>.</summary>
public enum AccountabilityAction
{
    /// <summary>Nothing.</summary>
    Nothing = 0,

    /// <summary>Whoever is accountable is told.</summary>
    Notify,

    /// <summary>Somebody confirms that it is still needed.</summary>
    Attest,

    /// <summary>A successor is sought; who moved keeps the role until one has accepted, and for one answer's time at most.</summary>
    SucceedWhileKept,

    /// <summary>Somebody stands in until the expected return.</summary>
    StandIn,

    /// <summary>Standing in ends, as both confirm.</summary>
    ConfirmReturn,

    /// <summary>A successor is sought; the leaver keeps the role until shortly before the end of access.</summary>
    SucceedBeforeEnd,

    /// <summary>As before the end, and the account is restricted a while before it where nobody within the organisation has accepted.</summary>
    SucceedOrRestrict,

    /// <summary>The search for a successor ends where it has found nobody yet.</summary>
    Withdraw,

    /// <summary>Somebody holds the role provisionally at once, and a successor is sought.</summary>
    Replace,

    /// <summary>Restricted, after a while disabled, after a longer while deleted.</summary>
    RestrictThenDisable,

    /// <summary>Somebody above the duty group is told.</summary>
    Escalate,

    /// <summary>Out of use for an hour off-peak; where nobody screams, disabled.</summary>
    ScreamTest,

    /// <summary>The duty of the chief information security officer decides, after a check of its use; it is never disabled by itself.</summary>
    Decide,
}
