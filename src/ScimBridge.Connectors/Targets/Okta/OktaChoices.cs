namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>How an account in Okta is disabled.</summary>
public enum OktaDisabling
{
    /// <summary>Deactivated: what is assigned is taken away, and the applications behind it are told.</summary>
    Deactivate = 0,

    /// <summary>
    /// Suspended: groups and applications stay. Okta suspends only who is ACTIVE; everybody else who could still sign in is deactivated.
    /// </summary>
    Suspend,
}

/// <summary>Where the manager of a user is written.</summary>
public enum OktaManager
{
    /// <summary>The manager's Okta id in the profile attribute <c>managerId</c>.</summary>
    Profile = 0,

    /// <summary>A linked object; Okta takes it from a service app alone.</summary>
    LinkedObject,

    /// <summary>Nowhere.</summary>
    None,
}

/// <summary>By what an account that carries no key of ours may be recognised.</summary>
public enum OktaMatch
{
    /// <summary>The login.</summary>
    Login = 0,

    /// <summary>The employee number.</summary>
    EmployeeNumber,

    /// <summary>The e-mail address, which says little about whose account it is.</summary>
    Email,
}
