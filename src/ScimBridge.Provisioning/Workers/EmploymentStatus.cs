namespace ScimBridge.Provisioning.Workers;

/// <summary>The canonical employment status. A source's word that nobody mapped is a fault of that record, never one of these.</summary>
public enum EmploymentStatus
{
    /// <summary>Hired, not started.</summary>
    Prehire = 0,

    /// <summary>Working.</summary>
    Active,

    /// <summary>Away for a time, and coming back.</summary>
    OnLeave,

    /// <summary>Barred for a time by the employer.</summary>
    Suspended,

    /// <summary>Still employed, no longer to have access.</summary>
    GardenLeave,

    /// <summary>Employment has ended.</summary>
    Terminated,

    /// <summary>Ended by retirement.</summary>
    Retired,

    /// <summary>Ended by death.</summary>
    Deceased,

    /// <summary>A hire that never came to be: no-show or rescinded. Not a termination.</summary>
    Discarded,

    /// <summary>Employment without work or pay; no access.</summary>
    Dormant,
}
