using System.Text.Json.Serialization.Metadata;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// Ends what a user holds beside the account. Of one who is deactivated Okta answers 404 to some or all of these calls, as if there were
/// no such user: their sessions and tokens have ended with the deactivation; of everything else that answer promises nothing.
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/UserSessions/"/>,
/// <see href="https://github.com/okta/okta-sdk-java/issues/646"/>
/// </summary>
internal sealed class OktaAccessEnds(OktaClient client, OktaHoldings holdings, OktaLifecycle lifecycle)
{
    /// <summary>Ends all of a kind. What the credential may not do here alone stops nothing else.</summary>
    public async Task<Outcome> RevokeAsync(AccessKind kind, string id, CancellationToken cancel) => (await EndAsync(kind, id, cancel)).OfThisAlone();

    private Task<Outcome> EndAsync(AccessKind kind, string id, CancellationToken cancel) => kind switch
    {
        AccessKind.Sessions => EndAtOnceAsync(kind, id, OktaRoute.Held(id, "sessions", "?oauthTokens=true&forgetDevices=false"), cancel),

        // Where a second factor was not asked for again; the sessions there end with it.
        AccessKind.Devices => EndAtOnceAsync(kind, id, OktaRoute.Held(id, "sessions", "?oauthTokens=false&forgetDevices=true"), cancel),
        AccessKind.Tokens => EndTokensAsync(id, cancel),
        AccessKind.Grants => EndAtOnceAsync(kind, id, OktaRoute.Held(id, "grants"), cancel),
        AccessKind.Roles => EndEachAsync(kind, id, "roles", OktaJson.Default.ListOktaRole, r => r.IsOwn ? r.Id : null, cancel),
        AccessKind.Factors => EndEachAsync(kind, id, "factors", OktaJson.Default.ListOktaHeld, f => f.Id, cancel),
        _ => throw new NotSupportedException($"Okta has no call that ends {kind}."),
    };

    private async Task<Outcome> EndAtOnceAsync(AccessKind kind, string id, OktaRoute route, CancellationToken cancel)
    {
        var reply = await client.SendAsync(HttpMethod.Delete, route, default, cancel);
        return reply.Failure is { } failure ? await RefusedAsync(kind, id, $"DELETE {route.Name}", failure, cancel) : new Outcome.Done(id);
    }

    /// <summary>Refresh tokens, with the access tokens that they brought, client by client; then the API tokens that the user made.</summary>
    private async Task<Outcome> EndTokensAsync(string id, CancellationToken cancel)
    {
        var (clients, failure) = await holdings.ListAsync(OktaRoute.Held(id, "clients"), OktaJson.Default.ListOktaAuthorized, cancel);
        if (failure is not null && await RefusedAsync(AccessKind.Tokens, id, "GET users/{id}/clients", failure, cancel) is var refused && refused is not Outcome.Done)
            return refused;
        foreach (var clientId in (clients ?? []).Select(c => c.ClientId).OfType<string>())
        {
            var reply = await client.SendAsync(HttpMethod.Delete, OktaRoute.TokensOfClient(id, clientId), default, cancel);
            if (reply.Failure is { } wrong && !reply.IsGone)
                return wrong.AfterOthers();
        }

        var (tokens, unread) = await holdings.ApiTokensAsync(id, cancel);
        if (tokens is null)
            return unread!.AfterOthers();
        foreach (var token in tokens)
        {
            var reply = await client.SendAsync(HttpMethod.Delete, OktaRoute.ApiToken(token), default, cancel);
            if (reply.Failure is { } wrong && !reply.IsGone)
                return wrong.AfterOthers();
        }

        return new Outcome.Done(id);
    }

    /// <summary>One by one; one that is gone meanwhile has ended, and what is refused keeps nothing else from ending.</summary>
    private async Task<Outcome> EndEachAsync<T>(
        AccessKind kind, string id, string what, JsonTypeInfo<List<T>> shape, Func<T, string?> idOf, CancellationToken cancel)
    {
        var (held, failure) = await holdings.ListAsync(OktaRoute.Held(id, what), shape, cancel);
        if (held is null)
            return await RefusedAsync(kind, id, $"GET users/{{id}}/{what}", failure!, cancel);
        Outcome? refused = null;
        foreach (var item in held.Select(idOf).OfType<string>())
        {
            var reply = await client.SendAsync(HttpMethod.Delete, OktaRoute.HeldOne(id, what, item), default, cancel);
            if (reply.Failure is Outcome.Rejected)
                refused = reply.Failure;
            else if (reply.Failure is { } wrong && !reply.IsGone)
                return wrong.AfterOthers();
        }

        return refused ?? new Outcome.Done(id);
    }

    /// <summary>What a refusal comes to: the user is gone, or is deactivated, or is refused for another reason.</summary>
    private async Task<Outcome> RefusedAsync(AccessKind kind, string id, string call, Outcome failure, CancellationToken cancel)
    {
        if (failure is not (Outcome.Gone or Outcome.Rejected))
            return failure;
        var (user, unread) = await lifecycle.ReadAsync(id, cancel);
        if (user is null)
            return unread!;
        if (OktaLifecycle.IsDeactivated(user) && kind is AccessKind.Sessions or AccessKind.Tokens)
            return new Outcome.Done(id);
        return failure is Outcome.Gone
            ? new Outcome.Rejected($"{call}: 404. The account is {user.Status}, and Okta neither shows nor ends this of it: it is to be ended before, or by hand.")
            : failure;
    }
}
