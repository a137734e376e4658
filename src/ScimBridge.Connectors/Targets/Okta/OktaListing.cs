using System.Globalization;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// Lists users and groups. A list of users leaves out those who are deactivated, so these are listed after the others. What has changed is
/// asked for by <c>lastUpdated</c>, with a filter, which does not lag behind as searches do; what was deleted is not among it.
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/#tag/User/operation/listUsers"/>,
/// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/#tag/Group/operation/listGroups"/>
/// </summary>
internal sealed class OktaListing(OktaClient client, OktaSearch search, OktaProfile profile, bool showsManagers, TimeProvider clock)
{
    private const string Limit = "limit=200";

    private const string Deactivated = "filter=status%20eq%20%22DEPROVISIONED%22&" + Limit;

    /// <summary>The org's clock and ours differ, and an account is not to be missed for that.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    public string Mark() => (clock.GetUtcNow() - Overlap).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public async Task<(Outcome Outcome, AccountPage? Page)> UsersAsync(string? mark, string? at, CancellationToken cancel)
    {
        if (mark is not null)
            return await ChangesAsync(OktaRoute.Users, $"lastUpdated gt \"{mark}\"", at, OktaJson.Default.ListOktaUser, u => u.Id, cancel);
        var query = at ?? Limit;
        var reply = await client.SendAsync(HttpMethod.Get, OktaRoute.Users(query), default, cancel);
        if (reply.Failure is { } failure)
            return (Stale(failure, at), null);
        if (reply.As(OktaJson.Default.ListOktaUser) is not { } users)
            return (OktaFailures.Unreadable("GET users", reply.Status), null);
        var next = reply.Next is { } link ? QueryOf(link) : query.StartsWith("filter=", StringComparison.Ordinal) ? null : Deactivated;
        return (new Outcome.Done(), new AccountPage
        {
            Accounts = [.. users.Where(u => u.Id is { Length: > 0 }).Select(u => new ObservedAccount(
                AccountKind.User, u.Id, search.KeyOf(u.Profile), OktaLifecycle.IsUsable(u), profile.Read(u.Profile ?? []))
            {
                Unshown = showsManagers ? [] : OktaProfile.Unlisted,
            })],
            Next = next,
        });
    }

    public async Task<(Outcome Outcome, AccountPage? Page)> GroupsAsync(string? mark, string? at, CancellationToken cancel)
    {
        if (mark is not null)
        {
            var changed = $"type eq \"OKTA_GROUP\" and (lastUpdated gt \"{mark}\" or lastMembershipUpdated gt \"{mark}\")";
            return await ChangesAsync(OktaRoute.Groups, changed, at, OktaJson.Default.ListOktaGroup, g => g.Id, cancel);
        }

        var reply = await client.SendAsync(HttpMethod.Get, OktaRoute.Groups(at ?? Limit), default, cancel);
        if (reply.Failure is { } failure)
            return (Stale(failure, at), null);
        return reply.As(OktaJson.Default.ListOktaGroup) is not { } groups
            ? (OktaFailures.Unreadable("GET groups", reply.Status), null)
            : (new Outcome.Done(), new AccountPage
            {
                Accounts = [.. groups.Where(g => g.Id is { Length: > 0 }).Select(g => OktaGroups.Observed(g, search))],
                Next = reply.Next is { } link ? QueryOf(link) : null,
            });
    }

    public async Task<(Outcome Outcome, MemberPage? Page)> MembersAsync(string groupId, string? at, CancellationToken cancel)
    {
        var reply = await client.SendAsync(HttpMethod.Get, OktaRoute.Members(groupId, at ?? Limit), default, cancel);
        if (reply.Failure is { } failure)
            return (failure is Outcome.Gone ? failure : Stale(failure, at), null);
        return reply.As(OktaJson.Default.ListOktaUser) is { } users
            ? (new Outcome.Done(), new MemberPage([.. users.Select(u => u.Id)], reply.Next is { } link ? QueryOf(link) : null))
            : (OktaFailures.Unreadable("GET groups/{id}/users", reply.Status), null);
    }

    private async Task<(Outcome Outcome, AccountPage? Page)> ChangesAsync<T>(
        Func<string, OktaRoute> route,
        string filter,
        string? at,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<List<T>> shape,
        Func<T, string> id,
        CancellationToken cancel)
    {
        // The next mark is of before the first page: what changes meanwhile comes again.
        var (mark, query) = at?.Split('|', 2) is [var begun, var place] ? (begun, place) : (Mark(), $"filter={Uri.EscapeDataString(filter)}&{Limit}");
        var to = route(query);
        var reply = await client.SendAsync(HttpMethod.Get, to, default, cancel);
        if (reply.Failure is { } failure)
            return (Stale(failure, at), null);
        if (reply.As(shape) is not { } items)
            return (OktaFailures.Unreadable($"GET {to.Name}", reply.Status), null);
        return (new Outcome.Done(), new AccountPage
        {
            Changed = [.. items.Select(id).Where(i => i is { Length: > 0 })],
            Next = reply.Next is { } link ? $"{mark}|{QueryOf(link)}" : null,
            Mark = reply.Next is null ? mark : null,
        });
    }

    // A place that Okta does not know any more.
    private static Outcome Stale(Outcome failure, string? at) => at is not null && failure is Outcome.Rejected ? new Outcome.Gone() : failure;

    private static string QueryOf(string link) => Uri.TryCreate(link, UriKind.Absolute, out var uri) ? uri.Query.TrimStart('?') : "";
}
