namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>How it is known that a person knows a credential.</summary>
public enum Evidence
{
    /// <summary>They made it.</summary>
    Created = 0,

    /// <summary>They took it out of a vault.</summary>
    VaultCheckout,

    /// <summary>Somebody gave it to them.</summary>
    Shared,

    /// <summary>Nothing says that they do not.</summary>
    Assumed,
}
