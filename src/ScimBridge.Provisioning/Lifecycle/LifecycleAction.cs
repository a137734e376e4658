namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>What is done; the cells of <see cref="LifecycleTable"/>.</summary>
public enum LifecycleAction
{
    /// <summary>The record is not believed; the worker stays as they were.</summary>
    Quarantine = 0,

    /// <summary>There is no account, and none is made.</summary>
    NoAccount,

    /// <summary>The account is there, disabled, with its memberships but for the privileged ones, until the first day.</summary>
    Prepare,

    /// <summary>The account is usable, with everything that policy gives today.</summary>
    Work,

    /// <summary>What policy has for a leave of that type: keep, suspend what is privileged, or suspend.</summary>
    Leave,

    /// <summary>The account is disabled and out of what is privileged, until HR says otherwise.</summary>
    Suspend,

    /// <summary>
    /// The account is disabled at once; licences and privileges go. The rest goes when the days of grace are over, and all of it at once
    /// where policy has none.
    /// </summary>
    EndContract,

    /// <summary>The account is disabled at once, its memberships go, and it is deleted when policy says.</summary>
    End,

    /// <summary>As an end, and called what it is: no termination.</summary>
    Discard,
}
