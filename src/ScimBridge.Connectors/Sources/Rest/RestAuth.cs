using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.Rest;

/// <summary>
/// How calls say who makes them: <c>user</c> and <c>secret</c> (basic), <c>header</c> and <c>secret</c>, <c>tokenUrl</c>, <c>clientId</c>
/// and <c>secret</c> (OAuth client credentials), or <c>secret</c> alone (a bearer token).
/// </summary>
public sealed class RestAuth
{
    /// <summary>Basic authentication: the user.</summary>
    public string? User { get; set; }

    /// <summary>The header that carries the secret.</summary>
    public string? Header { get; set; }

    /// <summary>OAuth: where a token is asked for.</summary>
    public string? TokenUrl { get; set; }

    /// <summary>OAuth: the client.</summary>
    public string? ClientId { get; set; }

    /// <summary>OAuth: the scope to ask for.</summary>
    public string? Scope { get; set; }

    /// <summary>Where the secret is kept.</summary>
    public SecretReference? Secret { get; set; }

    internal IEnumerable<ConfigurationFault> Faults(PullOptions options)
    {
        if (new[] { User, Header, TokenUrl }.Count(way => way is not null) > 1)
            yield return new("auth", "Only one of user, header and tokenUrl can be there.");
        if (TokenUrl is not null)
        {
            foreach (var fault in options.FaultsOfAddress("auth.tokenUrl", TokenUrl, "https://hr.example/oauth/token"))
                yield return fault;
            if (string.IsNullOrWhiteSpace(ClientId))
                yield return new("auth.clientId", "The client is required beside tokenUrl.");
        }

        if (Header is not null && (Header.Length == 0 || !Header.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')))
            yield return new("auth.header", "The name of a header has letters, digits and '-'.");
        foreach (var fault in PullOptions.FaultsOfSecret("auth.secret", Secret))
            yield return fault;
    }

    internal ICredential Credential()
    {
        var secret = Secret!.Read()!;
        if (User is not null)
            return FixedCredential.Basic(User, secret);
        if (Header is not null)
            return FixedCredential.Header(Header, secret);
        if (TokenUrl is null)
            return FixedCredential.Bearer(secret);
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = ClientId!, ["client_secret"] = secret };
        if (Scope is not null)
            form["scope"] = Scope;
        return new OAuthCredential(new Uri(TokenUrl), form);
    }
}
