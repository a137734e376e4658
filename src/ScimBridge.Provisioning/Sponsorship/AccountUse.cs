namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What can be done with a service account: the part of its state that steps move. The rest follows from who answers for it.</summary>
public enum AccountUse
{
    /// <summary>Found at a target, and adopted by nobody: nothing is done to it.</summary>
    Proposed = 0,

    /// <summary>It works.</summary>
    InUse,

    /// <summary>It works, and gets nothing new.</summary>
    Restricted,

    /// <summary>It does not work.</summary>
    Disabled,

    /// <summary>It does not work, and has a day on which it goes.</summary>
    ScheduledDelete,

    /// <summary>It is gone.</summary>
    Deleted,
}
