using System.ComponentModel;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>Which users of a SCIM target are no people, and what can be done with them.</summary>
public sealed class ScimServiceAccountOptions
{
    /// <summary>Which users they are; one is of the first kind that it fits.</summary>
    [Description("Which users are no people: by the value of an attribute.")]
    public List<ScimServiceAccountRule> Find { get; set; } = [];

    /// <summary>Whether they are disabled, deleted, and given new passwords.</summary>
    [Description("Whether they are disabled, deleted, and given new passwords.")]
    public bool Change { get; set; }

    /// <summary>Whether who owns one is written as its manager (RFC 7643 section 4.3, manager).</summary>
    [Description("Whether the technical owner is written as the user's manager, where the inventory has another one.")]
    public bool Owners { get; set; }

    /// <summary>Whether the target takes a password that the bridge has made (RFC 7643 section 4.1.1, password).</summary>
    public bool Passwords { get; set; }

    /// <summary>
    /// An address that answers 2xx to a user name and its password (RFC 7617), 401 or 403 to a wrong one, and changes nothing: without one
    /// it cannot be seen whether an old password is refused.
    /// </summary>
    [Description("An address that answers 2xx to a user name and its password (Basic), and 401 or 403 to a wrong one.")]
    public string? ProbeUrl { get; set; }
}

/// <summary>A value that tells users that are no people from others.</summary>
public sealed class ScimServiceAccountRule
{
    /// <summary>The attribute, as a filter writes it: <c>userType</c>, or one behind the URN of an extension.</summary>
    public string? Attribute { get; set; }

    /// <summary>Its value; case does not count.</summary>
    public string? Value { get; set; }

    /// <summary>What sort of identity they are.</summary>
    public ServiceAccountKind Kind { get; set; } = ServiceAccountKind.ServiceAccount;
}
