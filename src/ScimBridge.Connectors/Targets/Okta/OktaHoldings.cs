using System.Text.Json.Serialization.Metadata;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>Lists what users hold beside their accounts.</summary>
internal sealed class OktaHoldings(OktaSearch search)
{
    /// <summary>All of a list. A credential that may not read this one list may still do everything else: that stops nobody.</summary>
    public async Task<(List<T>? Found, Outcome? Failure)> ListAsync<T>(OktaRoute route, JsonTypeInfo<List<T>> shape, CancellationToken cancel)
    {
        var (found, failure) = await search.ListAsync(route, shape, cancel);
        return (found, failure?.OfThisAlone());
    }

    /// <summary>Ids of the API tokens that a user made.</summary>
    public async Task<(List<string>? Ids, Outcome? Failure)> ApiTokensAsync(string userId, CancellationToken cancel)
    {
        var (tokens, failure) = await ListAsync(OktaRoute.ApiTokens(), OktaJson.Default.ListOktaUserToken, cancel);
        return (tokens?.Where(t => t.UserId == userId).Select(t => t.Id).OfType<string>().ToList(), failure);
    }

    /// <summary>Ids of the refresh tokens that applications have for a user.</summary>
    public async Task<(List<string>? Ids, Outcome? Failure)> RefreshTokensAsync(string userId, CancellationToken cancel)
    {
        var (clients, failure) = await ListAsync(OktaRoute.Held(userId, "clients"), OktaJson.Default.ListOktaAuthorized, cancel);
        if (clients is null)
            return (null, failure);
        var ids = new List<string>();
        foreach (var clientId in clients.Select(c => c.ClientId).OfType<string>())
        {
            var (tokens, unread) = await ListAsync(OktaRoute.TokensOfClient(userId, clientId, "?limit=200"), OktaJson.Default.ListOktaHeld, cancel);
            if (tokens is null && unread is not Outcome.Gone)
                return (null, unread);
            ids.AddRange((tokens ?? []).Where(t => t.IsInForce).Select(t => t.Id).OfType<string>());
        }

        return (ids, null);
    }
}
