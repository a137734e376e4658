namespace ScimBridge.Provisioning.Revocation;

/// <summary>What a look at a target says.</summary>
public enum Verdict
{
    /// <summary>Nothing is left.</summary>
    Cut,

    /// <summary>Something is.</summary>
    Left,

    /// <summary>The target does not tell.</summary>
    Unknown,
}
