using System.ComponentModel;
using System.Text.Json.Serialization;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// A SCIM 2.0 service provider (RFC 7644), with a bearer token (RFC 6750) or a client of a token service. What is told of its traits
/// here goes before what its dialect says, and that before what it says of itself.
/// </summary>
public sealed class ScimTargetOptions : ScimTraits, IConnectorOptions
{
    /// <summary>The base of the service, to which <c>/Users</c> is added: <c>https://idp.example/scim/v2</c>.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>Where the bearer token is kept.</summary>
    [Description("The bearer token; or oauth.")]
    public SecretReference? Token { get; set; }

    /// <summary>A client of a token service, in place of a token.</summary>
    [JsonPropertyName("oauth")]
    [Description("Client credentials of a token service; or token.")]
    public ScimOAuthOptions? OAuth { get; set; }

    /// <summary>Whose service it is, which says how it is spoken to; see <see cref="ScimDialects"/>.</summary>
    [Description("rfc, aws-identity-center, github, slack, atlassian, databricks, snowflake, salesforce, entra-scim or google-cloud-identity.")]
    public string Dialect { get; set; } = ScimDialects.Rfc;

    /// <summary>Whether the service is asked what it can do, at the first call and every day.</summary>
    public bool Discover { get; set; } = true;

    /// <summary>
    /// By what an account that is there already is recognised, best first. One that has its user name for an e-mail address is taken
    /// over by user name only where its employee number confirms it, or where <c>emails</c> is listed too.
    /// </summary>
    [Description("By what an existing account is recognised, best first: externalId, employeeNumber, userName, emails.")]
    public List<ScimMatch> Match { get; set; } = [ScimMatch.UserName];

    /// <summary>Takes over a group that has the name already and carries no key.</summary>
    public bool MatchGroups { get; set; }

    /// <summary>Users of the target that are no people; null: the bridge has nothing to do with them.</summary>
    [Description("Which users of the target are no people, and whether they are changed.")]
    public ScimServiceAccountOptions? ServiceAccounts { get; set; }

    /// <summary>How long one call may take, in seconds.</summary>
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>How many calls may be under way at once.</summary>
    public int InFlight { get; set; } = 16;

    /// <summary>
    /// Allows an address on the loopback, in a private or a link-local range, and with it plain http; otherwise such an address is
    /// refused whenever a connection to it would be made.
    /// </summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<ConfigurationFault> Faults() => [.. ScimTargetFaults.Of(this)];

    /// <inheritdoc/>
    public void Locate(Func<string, string> absolute)
    {
        foreach (var secret in new[] { Token, OAuth?.ClientSecret })
        {
            if (secret?.File is not null)
                secret.File = absolute(secret.File);
        }
    }
}
