namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What an outage of a service account would do; the timers go by it.</summary>
public enum Criticality
{
    /// <summary>The business stops.</summary>
    C1 = 1,

    /// <summary>An important service stops.</summary>
    C2 = 2,

    /// <summary>Somebody is held up.</summary>
    C3 = 3,

    /// <summary>Hardly anybody would notice.</summary>
    C4 = 4,
}
