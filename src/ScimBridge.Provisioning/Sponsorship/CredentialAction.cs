namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What is done about the credentials that the person knows; cells of <see cref="CascadeTable"/>.</summary>
public enum CredentialAction
{
    /// <summary>Nothing.</summary>
    Nothing = 0,

    /// <summary>Exchanged once the role has gone over, where the mover loses the right to know them.</summary>
    RotateAfterTransfer,

    /// <summary>The vault hands them out no longer.</summary>
    BlockCheckOut,

    /// <summary>The vault hands them out no longer, and they are exchanged.</summary>
    BlockAndRotate,

    /// <summary>The exchange is prepared.</summary>
    Prepare,

    /// <summary>Personal ones are revoked; the others are exchanged, and where that cannot be the account is disabled at the deadline.</summary>
    Rotate,

    /// <summary>As before, without an overlap, and whatever is not exchanged at the deadline is disabled.</summary>
    RotateOrDisable,

    /// <summary>As before, without an overlap.</summary>
    RotateAtOnce,

    /// <summary>All are revoked when it is disabled.</summary>
    RevokeWhenDisabled,
}
