using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.Workday;

/// <summary>
/// How the integration system user signs in: with <c>user</c> and <c>password</c>, or as an API client with <c>tokenUrl</c>,
/// <c>clientId</c>, <c>clientSecret</c> and <c>refreshToken</c> (RFC 6749, 6).
/// </summary>
public sealed class WorkdayAuth
{
    /// <summary>Basic authentication: <c>ISU_name@tenant</c>.</summary>
    public string? User { get; set; }

    /// <summary>Where the user's password is kept.</summary>
    public SecretReference? Password { get; set; }

    /// <summary>Where a token is asked for: <c>https://host/ccx/oauth2/tenant/token</c>.</summary>
    public string? TokenUrl { get; set; }

    /// <summary>The API client.</summary>
    public string? ClientId { get; set; }

    /// <summary>Where the client's secret is kept.</summary>
    public SecretReference? ClientSecret { get; set; }

    /// <summary>Where the refresh token is kept; one that does not expire.</summary>
    public SecretReference? RefreshToken { get; set; }

    internal IEnumerable<ConfigurationFault> Faults(PullOptions options)
    {
        if (TokenUrl is null)
        {
            return
            [
                .. string.IsNullOrWhiteSpace(User) ? [new ConfigurationFault("auth.user", "The user is required, or tokenUrl.")] : Array.Empty<ConfigurationFault>(),
                .. PullOptions.FaultsOfSecret("auth.password", Password),
            ];
        }

        return
        [
            .. options.FaultsOfAddress("auth.tokenUrl", TokenUrl, "https://host/ccx/oauth2/tenant/token"),
            .. string.IsNullOrWhiteSpace(ClientId) ? [new ConfigurationFault("auth.clientId", "The API client is required beside tokenUrl.")] : Array.Empty<ConfigurationFault>(),
            .. PullOptions.FaultsOfSecret("auth.clientSecret", ClientSecret),
            .. PullOptions.FaultsOfSecret("auth.refreshToken", RefreshToken),
        ];
    }

    internal ICredential Credential() => TokenUrl is null
        ? FixedCredential.Basic(User!, Password!.Read()!)
        : new OAuthCredential(
            new Uri(TokenUrl),
            new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token",
                ["refresh_token"] = RefreshToken!.Read()!,
                ["client_id"] = ClientId!,
                ["client_secret"] = ClientSecret!.Read()!,
            });
}
