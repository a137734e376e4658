namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What sort of credential a service account proves itself with.</summary>
public enum CredentialType
{
    /// <summary>A password of an account.</summary>
    Password = 0,

    /// <summary>A client secret (RFC 6749 section 2.3.1).</summary>
    ClientSecret,

    /// <summary>A public key of which the account holds the private one (RFC 7523).</summary>
    Key,

    /// <summary>A certificate.</summary>
    Certificate,

    /// <summary>A token of an API that is sent as it is.</summary>
    Token,

    /// <summary>A token that a person made for themselves.</summary>
    PersonalToken,

    /// <summary>An SSH key.</summary>
    SshKey,
}
