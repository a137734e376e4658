namespace ScimBridge.Provisioning.Signals;

/// <summary>Who made something happen, in the words of CAEP 1.0, 2 (<c>initiating_entity</c>).</summary>
public enum SignalInitiator
{
    /// <summary>A policy about what HR said.</summary>
    Policy,

    /// <summary>A person who runs the bridge.</summary>
    Admin,

    /// <summary>Another system, such as a SCIM client, or the bridge itself.</summary>
    System,
}
