namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What sort of non-human identity a service account is.</summary>
public enum ServiceAccountKind
{
    /// <summary>An account that a program signs in with.</summary>
    ServiceAccount = 0,

    /// <summary>An application that is registered at an identity provider.</summary>
    AppRegistration,

    /// <summary>An agent that acts by itself.</summary>
    AgentIdentity,

    /// <summary>A token of a pipeline or a script.</summary>
    AutomationToken,

    /// <summary>An administrator's account whose password several people know.</summary>
    SharedAdminAccess,

    /// <summary>An SSH key.</summary>
    SshKey,

    /// <summary>A certificate.</summary>
    Certificate,

    /// <summary>The secret that signs a webhook's messages.</summary>
    WebhookSecret,

    /// <summary>The account of a robot that works at a screen.</summary>
    RobotUser,
}
