using System.ComponentModel;
using ScimBridge.Provisioning.Access;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>A Microsoft Entra tenant, called through Microsoft Graph as an app registration with application permissions.</summary>
public sealed class EntraTargetOptions : EntraConnectionOptions, IConnectorOptions
{
    /// <summary>
    /// The property of users that carries our key: a directory extension, <c>extension_APPID_NAME</c>, which is found as soon as it is
    /// written; or one of <c>extensionAttribute1</c> to <c>15</c>, which is found by an index that lags behind. Nobody else may use it.
    /// Groups carry the key as their <c>uniqueName</c>.
    /// </summary>
    [Description("The property of users that carries the bridge's key: extension_APPID_NAME (a directory extension), or extensionAttribute1 to 15.")]
    public string? CorrelationAttribute { get; set; }

    /// <summary>By what an account that carries no key of ours is recognised, best first.</summary>
    [Description("By what an existing account without our key is recognised, best first: employeeId, userPrincipalName.")]
    public List<EntraMatch> Match { get; set; } = [EntraMatch.EmployeeId, EntraMatch.UserPrincipalName];

    /// <summary>
    /// Takes over an account by a user principal name that is its e-mail address too, where no employee id confirms whose it is.
    /// </summary>
    public bool TakeOverByMail { get; set; }

    /// <summary>Restores the account of one who was deleted within 30 days instead of making another.</summary>
    public bool Restore { get; set; } = true;

    /// <summary>Put behind a user name without <c>@</c> to make a user principal name of it, and taken off again when accounts are read.</summary>
    [Description("Put behind a user name without @ to make a user principal name: @corp.example.")]
    public string? UserPrincipalNameSuffix { get; set; }

    /// <summary>Property of a user in Graph -> SCIM path; laid over what is mapped anyway. An empty path takes a property away.</summary>
    [Description("Graph property -> SCIM path, laid over the defaults: { \"mail\": \"\", \"officeLocation\": \"addresses[work].locality\" }.")]
    public Dictionary<string, string> Profile { get; set; } = [];

    /// <summary>Whether managers are written.</summary>
    public bool Manager { get; set; } = true;

    /// <summary>
    /// What of one who leaves can be ended, and read, beside the account: sessions, grants, roles, factors, devices; all but the first need
    /// permissions of their own. Sessions end with every account that is disabled: refresh tokens and sign-in cookies are refused from then on.
    /// </summary>
    [Description("What of a leaver is ended beside the account: sessions (with every account that is disabled), grants, roles, factors, devices.")]
    public List<AccessKind> Revoke { get; set; } = [AccessKind.Sessions];

    /// <summary>Whether the log of sign-ins is read for what an account was used for.</summary>
    [Description("Whether the log of sign-ins is read for what an account was used for (AuditLog.Read.All, and a P1 licence).")]
    public bool ReadUse { get; set; }

    /// <summary>The non-human identities of the tenant; null: the bridge has nothing to do with them.</summary>
    [Description("The non-human identities that are found in the tenant, and whether they are changed.")]
    public EntraServiceAccountOptions? ServiceAccounts { get; set; }

    /// <summary>Whether accounts and groups are deleted. Users can be restored for 30 days; take groups for gone.</summary>
    public bool Delete { get; set; }

    /// <summary>Whether groups and their members are delivered.</summary>
    public bool Groups { get; set; } = true;

    /// <summary>How many members of a group are changed as one piece of work; twenty go into one call.</summary>
    public int MembersPerCall { get; set; } = 20;

    /// <inheritdoc/>
    public IReadOnlyList<ConfigurationFault> Faults() => [.. EntraTargetFaults.Of(this)];
}
