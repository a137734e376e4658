using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Api;

/// <summary>The scheme has no options.</summary>
public sealed class OpaqueTokenOptions : AuthenticationSchemeOptions;

/// <summary>Bearer tokens (RFC 6750) that are opaque; see <see cref="Tokens"/>.</summary>
public sealed class OpaqueTokenHandler : AuthenticationHandler<OpaqueTokenOptions>
{
    /// <summary>The name of the scheme.</summary>
    public new const string Scheme = "Bearer";

    private readonly Tokens _tokens;

    /// <summary>Creates the handler.</summary>
    public OpaqueTokenHandler(
        Tokens tokens, IOptionsMonitor<OpaqueTokenOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : base(options, logger, encoder)
    {
        _tokens = tokens;
    }

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.NoResult();
        var token = await _tokens.FindAsync(header[(Scheme.Length + 1)..].Trim(), Context.RequestAborted);
        if (token is null)
            return AuthenticateResult.Fail("The token is unknown, expired or revoked.");
        var identity = new ClaimsIdentity(
            [
                new Claim(ClaimTypes.Name, token.Client), new Claim(Caller.ProfileClaim, token.Profile),
                .. token.Scopes.Select(s => new Claim(Scopes.Claim, s)),
            ],
            Scheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme));
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        BearerAnswer.UnauthorizedAsync(Context, "The token is unknown, expired or revoked.");

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => BearerAnswer.ForbiddenAsync(Context);
}
