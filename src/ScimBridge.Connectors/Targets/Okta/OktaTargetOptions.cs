using System.ComponentModel;
using ScimBridge.Provisioning.Access;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>An Okta org, called with an API token or as an API service app.</summary>
public sealed class OktaTargetOptions : IConnectorOptions
{
    /// <summary>The org: <c>https://corp.okta.com</c>.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>An API token (SSWS). It has every right of the administrator who made it: an API service app is the better choice.</summary>
    [Description("An API token (SSWS); or clientId and privateKey.")]
    public SecretReference? ApiToken { get; set; }

    /// <summary>The client id of an API service app.</summary>
    public string? ClientId { get; set; }

    /// <summary>Where the private key of the service app is kept: RSA or EC P-256, as PEM or as a JWK.</summary>
    [Description("The private key of the API service app: RSA or EC P-256, as PEM or as a JWK.")]
    public SecretReference? PrivateKey { get; set; }

    /// <summary>The key's id in the app's key set; a JWK says its own.</summary>
    public string? KeyId { get; set; }

    /// <summary>Binds the app's tokens to a key of this process (RFC 9449), as new service apps demand.</summary>
    public bool Dpop { get; set; } = true;

    /// <summary>The scopes to ask for; without any, those that are needed.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>
    /// The custom attribute of the profiles of users and of groups that carries our key. It must be there before the first delivery;
    /// for users it should be declared unique.
    /// </summary>
    [Description("The custom attribute, of users and of groups, that carries the bridge's key.")]
    public string CorrelationAttribute { get; set; } = "scimBridgeId";

    /// <summary>
    /// By what an account that carries no key of ours is recognised, best first. An account that has its login for an e-mail address
    /// is taken over by login only where its employee number confirms it, or where <c>email</c> is listed too.
    /// </summary>
    [Description("By what an existing account without our key is recognised, best first: employeeNumber, login, email.")]
    public List<OktaMatch> Match { get; set; } = [OktaMatch.EmployeeNumber, OktaMatch.Login];

    /// <summary>Takes over a group of type OKTA_GROUP that has the name already and carries no key.</summary>
    public bool MatchGroups { get; set; }

    /// <summary>Put behind a user name without <c>@</c> to make a login of it, and taken off again when accounts are read.</summary>
    [Description("Put behind a user name without @ to make a login: @corp.example.")]
    public string? LoginSuffix { get; set; }

    /// <summary>Attribute of Okta's profile -> SCIM path; laid over what is mapped anyway. An empty path takes an attribute away.</summary>
    [Description("Okta profile attribute -> SCIM path, laid over the defaults: { \"nickName\": \"\", \"office\": \"addresses[work].locality\" }.")]
    public Dictionary<string, string> Profile { get; set; } = [];

    /// <summary>How an account is disabled.</summary>
    public OktaDisabling Disable { get; set; } = OktaDisabling.Deactivate;

    /// <summary>
    /// What of one who leaves can be ended, and read, beside the account: sessions, tokens, grants, roles, factors, devices. Without a word
    /// the first four, as far as <see cref="Scopes"/> go where they are named.
    /// </summary>
    [Description("What of a leaver is ended beside the account: sessions, tokens, grants, roles, factors, devices; the first four where nothing is said.")]
    public List<AccessKind>? Revoke { get; set; }

    /// <summary>Whether the system log is read for what an account was used for.</summary>
    [Description("Whether the system log is read for what an account was used for (okta.logs.read).")]
    public bool ReadUse { get; set; } = true;

    /// <summary>The non-human identities of the org; null: the bridge has nothing to do with them.</summary>
    [Description("The non-human identities that are found in the org, and whether they are changed.")]
    public OktaServiceAccountOptions? ServiceAccounts { get; set; }

    /// <summary>Whether accounts and groups are deleted. Okta brings nothing back.</summary>
    public bool Delete { get; set; }

    /// <summary>Where the manager is written.</summary>
    public OktaManager Manager { get; set; } = OktaManager.Profile;

    /// <summary>The primary relationship of the linked object definition for managers.</summary>
    public string ManagerRelationship { get; set; } = "manager";

    /// <summary>Whether Okta sends its mail to one whose account becomes active.</summary>
    public bool ActivationEmail { get; set; } = true;

    /// <summary>Whether groups and their members are delivered.</summary>
    public bool Groups { get; set; } = true;

    /// <summary>How many calls may be under way at once; an org allows 35 or 75 of all its clients together.</summary>
    public int InFlight { get; set; } = 10;

    /// <summary>How many members of a group are changed as one piece of work; each of them is a call.</summary>
    public int MembersPerCall { get; set; } = 20;

    /// <summary>Which part of each rate limit is left to others, in percent.</summary>
    public int RateReservePercent { get; set; } = 10;

    /// <summary>How long one call may take, in seconds.</summary>
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>
    /// Allows an address on the loopback, in a private or a link-local range, and with it plain http; otherwise such an address is
    /// refused whenever a connection to it would be made.
    /// </summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<ConfigurationFault> Faults() => [.. OktaTargetFaults.Of(this)];

    /// <inheritdoc/>
    public void Locate(Func<string, string> absolute)
    {
        foreach (var secret in new[] { ApiToken, PrivateKey })
        {
            if (secret?.File is not null)
                secret.File = absolute(secret.File);
        }
    }
}
