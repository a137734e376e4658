namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>A SCIM 2.0 service provider (RFC 7644) that takes PATCH and a bearer token (RFC 6750).</summary>
public sealed class ScimTargetOptions : IConnectorOptions
{
    /// <summary>The base of the service, to which <c>/Users</c> is added: <c>https://idp.example/scim/v2</c>.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>Where the bearer token is kept.</summary>
    public SecretReference? Token { get; set; }

    /// <summary>How long one call may take, in seconds.</summary>
    public int TimeoutSeconds { get; set; } = 30;

    /// <summary>How many calls may be under way at once.</summary>
    public int InFlight { get; set; } = 16;

    /// <summary>How many members of a group one call may add and remove.</summary>
    public int MembersPerCall { get; set; } = 100;

    /// <summary>Whether groups and their members are delivered.</summary>
    public bool Groups { get; set; } = true;

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
        if (Token?.File is not null)
            Token.File = absolute(Token.File);
    }
}
