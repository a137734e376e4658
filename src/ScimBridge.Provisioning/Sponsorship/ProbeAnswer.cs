namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What a target says to a credential that is tried.</summary>
public enum ProbeAnswer
{
    /// <summary>It refuses it.</summary>
    Refused = 0,

    /// <summary>It takes it.</summary>
    Accepted,
}
