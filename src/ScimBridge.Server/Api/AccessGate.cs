using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Api;

/// <summary>
/// Lets a request through to what it asks for, if its credential is good and has the scopes that the endpoint needs. Whatever does not say
/// that it is for anybody needs a credential, also what is not there.
/// </summary>
/// <remarks>
/// It stands where the middleware of ASP.NET Core for authentication and authorization would: these make a handler, a principal and a list of
/// requirements for each request, and with an opaque token that cost more than to read the resource out of the database.
/// </remarks>
internal sealed class AccessGate(RequestDelegate next, Tokens tokens, AdminLogins logins, BridgeConfiguration configuration)
{
    private readonly AccessOptions _options = configuration.Options.Access;

    public async Task InvokeAsync(HttpContext http)
    {
        var metadata = http.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<IAllowAnonymous>() is null)
        {
            if (await CallerAsync(http) is not { } caller)
                return;
            var administers = false;
            foreach (var needed in metadata?.GetOrderedMetadata<IAuthorizeData>() ?? [])
            {
                if (needed.Policy is { } policy && !Scopes.Allow(policy, caller, http))
                {
                    await BearerAnswer.ForbiddenAsync(http);
                    return;
                }

                administers |= needed.Policy is { } scope && AdminLogins.Concerns(scope);
            }

            if (administers)
                await logins.NoteAsync(caller, http.RequestAborted);

            http.Features.Set(caller);
        }

        await next(http);
    }

    // Null where the request has been refused.
    private async Task<Caller?> CallerAsync(HttpContext http)
    {
        var credential = BearerToken.Of(http.Request);
        if (credential is not null && IssuerTokens.SchemeFor(credential, _options) is { } scheme)
        {
            if ((await http.AuthenticateAsync(scheme)).Principal is { } principal)
                return IssuerTokens.CallerOf(principal, http);
            await http.ChallengeAsync(scheme);
            return null;
        }

        if (credential is not null && await tokens.FindAsync(credential, http.RequestAborted) is { } token)
            return Caller.Of(token.Client, token.Profile, token.Scopes, http);
        await BearerAnswer.UnauthorizedAsync(http, "The token is unknown, expired or revoked.");
        return null;
    }
}
