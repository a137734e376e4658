namespace ScimBridge.Provisioning.Authority;

/// <summary>What becomes of a client's write to what it does not master.</summary>
public enum OnMastered
{
    /// <summary>It is passed over, and the journal notes it.</summary>
    Ignore = 0,

    /// <summary>The request is refused.</summary>
    Refuse = 1,
}
