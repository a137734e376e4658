namespace ScimBridge.Provisioning.Signals;

/// <summary>Why something happened, as far as a receiver is told.</summary>
public enum SignalCause
{
    /// <summary>Something changed that has no cause of its own.</summary>
    Change,

    /// <summary>Access has ended for good: a leaver.</summary>
    End,

    /// <summary>Access is suspended.</summary>
    Suspension,

    /// <summary>The resource is deleted.</summary>
    Deletion,
}
