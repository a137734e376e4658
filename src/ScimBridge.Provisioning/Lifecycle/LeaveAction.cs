namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>What a leave does to the account.</summary>
public enum LeaveAction
{
    /// <summary>The account stays as it is, with everything it has.</summary>
    Keep = 0,

    /// <summary>The account stays usable; privileged memberships are suspended until the return.</summary>
    SuspendPrivileged = 1,

    /// <summary>The account is suspended until the return, and its privileged memberships with it.</summary>
    Suspend = 2,
}
