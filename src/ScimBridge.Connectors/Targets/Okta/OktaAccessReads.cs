using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// Reads what a user still holds. Okta lists no sessions: what can be said of them follows from the refresh tokens that are left, and
/// from the status, because it ends the sessions and rejects the tokens of one who is deactivated.
/// <see href="https://developer.okta.com/docs/guides/create-an-api-token/main/"/>
/// </summary>
internal sealed class OktaAccessReads(OktaHoldings holdings, OktaLifecycle lifecycle)
{
    public Task<(Outcome Outcome, AccessReading? Reading)> ReadAsync(AccessKind kind, string id, CancellationToken cancel) => kind switch
    {
        AccessKind.Sessions => SessionsAsync(id, cancel),
        AccessKind.Tokens => TokensAsync(id, cancel),
        AccessKind.Grants => ListAsync(id, "grants", "?limit=200", "grant", "revoked", OktaJson.Default.ListOktaHeld, g => g.IsInForce ? g.Id : null, cancel),
        AccessKind.Roles => ListAsync(id, "roles", "", "role", "through groups", OktaJson.Default.ListOktaRole, r => r.IsOwn ? r.Id : null, cancel),
        AccessKind.Factors => ListAsync(id, "factors", "", "factor", "without an id", OktaJson.Default.ListOktaHeld, f => f.Id, cancel),

        // Everybody is in Okta's own group, and stays there.
        AccessKind.Memberships => ListAsync(id, "groups", "", "group", "of Okta's own", OktaJson.Default.ListOktaGroup, g => g.Type == "BUILT_IN" ? null : g.Id, cancel),
        _ => throw new NotSupportedException($"Okta has no call that shows {kind}."),
    };

    private async Task<(Outcome, AccessReading?)> SessionsAsync(string id, CancellationToken cancel)
    {
        const string Method = "GET users/{id}, users/{id}/clients/{id}/tokens";
        var (user, unread) = await lifecycle.ReadAsync(id, cancel);
        if (user is null)
            return (unread!, null);
        var (refresh, failure) = await holdings.RefreshTokensAsync(id, cancel);
        var isDeactivated = OktaLifecycle.IsDeactivated(user);
        if (refresh is null && failure is not (Outcome.Gone or Outcome.Rejected))
            return (failure!, null);
        var tokens = refresh is null ? "refresh tokens are not shown" : Count(refresh.Count, "refresh token");
        if (refresh is { Count: > 0 })
            return Reading(Method, $"status {user.Status}; {tokens}", refresh);
        return isDeactivated
            ? Reading(Method, $"status {user.Status}, with which Okta ends sessions and rejects tokens; {tokens}", [])
            : Reading(Method, $"status {user.Status}; {tokens}; Okta lists no sessions", left: null);
    }

    private async Task<(Outcome, AccessReading?)> TokensAsync(string id, CancellationToken cancel)
    {
        const string Method = "GET users/{id}/clients/{id}/tokens, api-tokens";
        var (user, unread) = await lifecycle.ReadAsync(id, cancel);
        if (user is null)
            return (unread!, null);
        var (refresh, failure) = await holdings.RefreshTokensAsync(id, cancel);
        if (refresh is null && failure is not (Outcome.Gone or Outcome.Rejected))
            return (failure!, null);
        var (api, unlisted) = await holdings.ApiTokensAsync(id, cancel);
        if (api is null)
            return (unlisted!, null);
        var shown = refresh is null ? "refresh tokens are not shown" : Count(refresh.Count, "refresh token");
        var said = $"status {user.Status}; {shown}, {Count(api.Count, "API token")}";
        List<string> left = [.. refresh ?? [], .. api];
        if (left.Count > 0 || refresh is not null)
            return Reading(Method, said, left);
        return OktaLifecycle.IsDeactivated(user)
            ? Reading(Method, $"{said}; with this status Okta rejects tokens", left)
            : Reading(Method, said, left: null);
    }

    private async Task<(Outcome, AccessReading?)> ListAsync<T>(
        string id, string what, string query, string one, string others, JsonTypeInfo<List<T>> shape, Func<T, string?> idOf, CancellationToken cancel)
    {
        var method = $"GET users/{{id}}/{what}";
        var (held, failure) = await holdings.ListAsync(OktaRoute.Held(id, what, query), shape, cancel);
        if (held is not null)
        {
            var left = held.Select(idOf).OfType<string>().ToList();
            var apart = held.Count - left.Count;
            return Reading(method, Count(left.Count, one) + (apart > 0 ? $", and {apart} {others}" : ""), left);
        }

        if (failure is not Outcome.Gone)
            return (failure!, null);
        var (user, unread) = await lifecycle.ReadAsync(id, cancel);
        return user is null ? (unread!, null) : Reading(method, $"404: of an account that is {user.Status} Okta does not show this", left: null);
    }

    private static (Outcome, AccessReading?) Reading(string method, string value, IReadOnlyList<string>? left) =>
        (new Outcome.Done(), new AccessReading(method, value, left));

    private static string Count(int count, string one) => string.Create(CultureInfo.InvariantCulture, $"{count} {one}{(count == 1 ? "" : "s")}");
}
