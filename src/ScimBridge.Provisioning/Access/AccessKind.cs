namespace ScimBridge.Provisioning.Access;

/// <summary>What a leaver holds at a target, each of which ends, or does not end, for itself.</summary>
public enum AccessKind
{
    /// <summary>The account: whether one can begin to sign in.</summary>
    Account,

    /// <summary>What was begun before: sessions and the refresh tokens that prolong them.</summary>
    Sessions,

    /// <summary>Tokens that work without a session: of APIs, of applications, personal ones.</summary>
    Tokens,

    /// <summary>What applications may do in the person's name (consents).</summary>
    Grants,

    /// <summary>Memberships of groups.</summary>
    Memberships,

    /// <summary>Roles that are assigned and no membership of a group.</summary>
    Roles,

    /// <summary>Factors and keys that the person signs in with.</summary>
    Factors,

    /// <summary>Devices that are registered for the person.</summary>
    Devices,
}
