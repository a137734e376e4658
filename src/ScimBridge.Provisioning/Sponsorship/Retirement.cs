namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>How a credential can be taken out of use at its target.</summary>
public enum Retirement
{
    /// <summary>Exchanged without an outage: a new one beside it, the old one removed once the new one is seen in use.</summary>
    Rotate = 0,

    /// <summary>Ended, with what depends on it: there is no second one beside it.</summary>
    End,

    /// <summary>Not at all from here.</summary>
    None,
}
