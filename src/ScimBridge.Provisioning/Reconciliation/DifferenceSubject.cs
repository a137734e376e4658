namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>What a difference is about.</summary>
public enum DifferenceSubject
{
    /// <summary>A person.</summary>
    User = 0,

    /// <summary>A group.</summary>
    Group,

    /// <summary>A non-human identity, or a credential of one.</summary>
    ServiceAccount,
}
