namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>How a difference stands.</summary>
public enum Standing
{
    /// <summary>Nothing that is under way will end it.</summary>
    Open = 0,

    /// <summary>It is known, and what ends it is due to be delivered: no alarm.</summary>
    Pending,

    /// <summary>It is at an account that is never touched: somebody may look, nothing is done.</summary>
    Shielded,

    /// <summary>What ends it was set going.</summary>
    Enforced,
}
