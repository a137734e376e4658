namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>A client of a token service that hands out bearer tokens for client credentials (RFC 6749 section 4.4).</summary>
public sealed class ScimOAuthOptions
{
    /// <summary>The token endpoint: <c>https://login.example/oauth2/token</c>.</summary>
    public string? TokenUrl { get; set; }

    /// <summary>The client's id.</summary>
    public string? ClientId { get; set; }

    /// <summary>Where the client's secret is kept.</summary>
    public SecretReference? ClientSecret { get; set; }

    /// <summary>The scopes to ask for, separated by spaces.</summary>
    public string? Scope { get; set; }

    /// <summary>The audience to ask for, where the token service wants one.</summary>
    public string? Audience { get; set; }

    /// <summary>How the client proves itself.</summary>
    public ScimClientAuthentication Authentication { get; set; } = ScimClientAuthentication.ClientSecretBasic;

    /// <summary>What keeps a token from being asked for.</summary>
    internal IEnumerable<ConfigurationFault> Faults(string path, bool allowPrivateAddresses)
    {
        if (ScimTargetFaults.FaultOfAddress(TokenUrl, "https://login.example/oauth2/token", allowPrivateAddresses, allowsQuery: true) is { } address)
            yield return new($"{path}.tokenUrl", address);
        if (string.IsNullOrWhiteSpace(ClientId))
            yield return new($"{path}.clientId", "The client's id is required.");
        if (ClientSecret is null)
            yield return new($"{path}.clientSecret", """The client's secret is required: { "env": "NAME" } or { "file": "path" }.""");
        foreach (var fault in ClientSecret?.Faults($"{path}.clientSecret") ?? [])
            yield return fault;
    }
}
