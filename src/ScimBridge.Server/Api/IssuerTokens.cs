using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Api;

/// <summary>Bearer tokens that are JSON Web Tokens of one issuer (RFC 7519, RFC 8725, RFC 9068).</summary>
internal sealed class IssuerTokens(string name, IssuerOptions issuer, IssuerKeys keys, TimeProvider time)
{
    // What is carried from here to the gate.
    private const string ProfileClaim = "profile";
    private const string ScopeClaim = "scope";

    // Clocks of two machines differ by this much at most.
    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    // Signatures with a public key alone: with HMAC the issuer's public key would be a secret that everybody has (RFC 8725, 2.1).
    private static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
    ];

    // Microsoft, OpenID Connect, RFC 9068 and Okta, in the order of how sure they are to mean the client.
    private static readonly string[] ClientClaims = ["azp", "appid", "client_id", "cid", JwtRegisteredClaimNames.Sub];

    /// <summary>The name of the scheme for the tokens of an issuer.</summary>
    public static string SchemeOf(string name) => "Jwt:" + name;

    /// <summary>The scheme of the issuer that a credential claims to come from; null where it is no token of a configured one.</summary>
    public static string? SchemeFor(string credential, AccessOptions options) =>
        options.Issuers.Count > 0 && BearerToken.TryRead(credential) is { } token
        && options.Issuers.FirstOrDefault(i => i.Value.Issuer == token.Issuer).Key is { } name
            ? SchemeOf(name)
            : null;

    /// <summary>Who calls with a token that is good.</summary>
    public static Caller CallerOf(ClaimsPrincipal principal, HttpContext http) => Caller.Of(
        principal.FindFirstValue(ClaimTypes.Name)!,
        principal.FindFirstValue(ProfileClaim)!,
        [.. principal.FindAll(ScopeClaim).Select(c => c.Value)],
        http);

    /// <summary>Sets the scheme up.</summary>
    public void Configure(JwtBearerOptions options)
    {
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = issuer.Issuer,
            ValidAudiences = issuer.Audiences,
            ValidAlgorithms = Algorithms,
            RequireSignedTokens = true,
            RequireAudience = true,
            ValidateIssuerSigningKey = true,
            IssuerSigningKeyResolver = (_, _, id, _) => keys.For(id),
            LifetimeValidator = (from, until, _, _) => IsInTime(from, until),
        };
        options.Events = new JwtBearerEvents
        {
            OnMessageReceived = async received =>
            {
                var token = BearerToken.Of(received.Request);
                received.Token = token;
                if (token is not null && BearerToken.TryRead(token) is { } read)
                    await keys.PrepareAsync(read.Kid, received.HttpContext.RequestAborted);
            },
            OnTokenValidated = validated =>
            {
                if (Principal((JsonWebToken)validated.SecurityToken) is { } principal)
                    validated.Principal = principal;
                else
                    validated.Fail("The token names no client.");
                return Task.CompletedTask;
            },
            OnChallenge = challenge =>
            {
                challenge.HandleResponse();
                return BearerAnswer.UnauthorizedAsync(challenge.HttpContext, Reason(challenge.AuthenticateFailure));
            },
            OnForbidden = forbidden => BearerAnswer.ForbiddenAsync(forbidden.HttpContext),
        };
    }

    private bool IsInTime(DateTime? from, DateTime? until)
    {
        var now = time.GetUtcNow().UtcDateTime;
        if (until is null)
            throw new SecurityTokenNoExpirationException();
        if (now > until + Skew)
            throw new SecurityTokenExpiredException();
        return from is null || from <= now + Skew ? true : throw new SecurityTokenNotYetValidException();
    }

    // Only what is ours goes on: a claim of the issuer must not be taken for one of the bridge.
    private ClaimsPrincipal? Principal(JsonWebToken token)
    {
        var id = ClientClaims.Select(c => token.TryGetPayloadValue<string>(c, out var value) ? value : null)
            .FirstOrDefault(v => !string.IsNullOrWhiteSpace(v));
        if (id is null)
            return null;
        var client = issuer.Clients.GetValueOrDefault(id);
        return new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim(ClaimTypes.Name, client?.Name ?? $"{name}/{id}"),
                new Claim(ProfileClaim, client?.Profile ?? issuer.Profile),
                .. TokenScopes.Of(token).Select(s => new Claim(ScopeClaim, s)),
            ],
            SchemeOf(name)));
    }

    private static string Reason(Exception? failure) => failure switch
    {
        SecurityTokenExpiredException => "The token has expired.",
        SecurityTokenNotYetValidException => "The token is not good yet.",
        SecurityTokenInvalidAudienceException => "The token is for another audience.",
        SecurityTokenSignatureKeyNotFoundException => "The token is signed with a key that its issuer does not publish.",
        _ => "The token is not good.",
    };
}
