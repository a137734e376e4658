using Microsoft.Graph.Models;
using Microsoft.Kiota.Abstractions;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Lists users and groups, and what has changed of them. <see href="https://learn.microsoft.com/en-us/graph/api/user-list"/>,
/// <see href="https://learn.microsoft.com/en-us/graph/delta-query-overview"/>
/// </summary>
internal sealed class EntraListing(EntraClient client, EntraUsers users, bool showsManagers)
{
    private const string Users = "GET users", Groups = "GET groups", Members = "GET groups/{id}/members";

    /// <summary>A page of so many users stays below what is read of an answer, 1 MiB.</summary>
    private const int PageSize = 300;

    private const int MembersAtOnce = 999;

    public async Task<(Outcome Outcome, AccountPage? Page)> UsersAsync(string? at, CancellationToken cancel)
    {
        var info = client.Graph.Users.ToGetRequestInformation(request =>
        {
            request.QueryParameters.Select = users.Selected;
            request.QueryParameters.Top = PageSize;
            if (showsManagers)
                request.QueryParameters.Expand = ["manager($select=id)"];
        });
        var reply = await SendAsync(Users, info, at, cancel);
        if (reply.Failure is { } failure)
            return (Stale(Users, failure, at), null);
        return reply.Users() is var (found, next)
            ? (new Outcome.Done(), new AccountPage { Accounts = [.. found.Where(u => u.Id is { Length: > 0 }).Select(users.Observed)], Next = next })
            : (EntraFailures.Unreadable(Users, reply.Status), null);
    }

    public async Task<(Outcome Outcome, AccountPage? Page)> GroupsAsync(string? at, CancellationToken cancel)
    {
        var info = client.Graph.Groups.ToGetRequestInformation(request =>
        {
            request.QueryParameters.Select = ["id", "displayName", "uniqueName"];
            request.QueryParameters.Top = PageSize;
        });
        var reply = await SendAsync(Groups, info, at, cancel);
        if (reply.Failure is { } failure)
            return (Stale(Groups, failure, at), null);
        if (reply.As(GroupCollectionResponse.CreateFromDiscriminatorValue) is not { Value: { } groups } page)
            return (EntraFailures.Unreadable(Groups, reply.Status), null);
        return (new Outcome.Done(), new AccountPage
        {
            Accounts = [.. groups.Where(g => g.Id is { Length: > 0 }).Select(EntraGroups.Observed)], Next = page.OdataNextLink,
        });
    }

    public async Task<(Outcome Outcome, MemberPage? Page)> MembersAsync(string groupId, string? at, CancellationToken cancel)
    {
        var info = client.Graph.Groups[groupId].Members.ToGetRequestInformation(request =>
        {
            request.QueryParameters.Select = ["id"];
            request.QueryParameters.Top = MembersAtOnce;
        });
        var reply = await SendAsync(Members, info, at, cancel);
        if (reply.Failure is { } failure)
            return (failure, null);
        return reply.Items() is var (items, next)
            ? (new Outcome.Done(), new MemberPage([.. items.Select(i => EntraHoldings.Text(i, "id")).OfType<string>()], next))
            : (EntraFailures.Unreadable(Members, reply.Status), null);
    }

    /// <summary>A mark of what there is now: a delta link that shows nothing of what was before.</summary>
    public async Task<(Outcome Outcome, string? Mark)> MarkAsync(AccountKind kind, CancellationToken cancel)
    {
        var call = CallOf(kind);
        var info = Changes(kind);
        var reply = await client.SendAsync(
            call, new RequestInformation { HttpMethod = Method.GET, URI = new Uri(info.URI.AbsoluteUri + "&$deltatoken=latest") }, cancel);
        if (reply.Failure is { } failure)
            return (Stale(call, failure, at: null), null);
        return reply.Text("@odata.deltaLink") is { } mark ? (new Outcome.Done(), mark) : (EntraFailures.Unreadable(call, reply.Status), null);
    }

    public async Task<(Outcome Outcome, AccountPage? Page)> ChangesAsync(AccountKind kind, string mark, string? at, CancellationToken cancel)
    {
        var call = CallOf(kind);
        var reply = await SendAsync(call, Changes(kind), at ?? mark, cancel);
        if (reply.Failure is { } failure)
            return (reply.Error?.Code is "syncStateNotFound" ? new Outcome.Gone() : Stale(call, failure, at ?? mark), null);
        if (reply.Items() is not var (items, next) || (next is null && reply.Text("@odata.deltaLink") is null))
            return (EntraFailures.Unreadable(call, reply.Status), null);
        return (new Outcome.Done(), new AccountPage
        {
            Changed = [.. items.Where(i => !i.ContainsKey("@removed")).Select(i => EntraHoldings.Text(i, "id")).OfType<string>().Distinct(StringComparer.Ordinal)],
            Removed = [.. items.Where(i => i.ContainsKey("@removed")).Select(i => EntraHoldings.Text(i, "id")).OfType<string>().Distinct(StringComparer.Ordinal)],
            Next = next,
            Mark = next is null ? reply.Text("@odata.deltaLink") : null,
        });
    }

    private static string CallOf(AccountKind kind) => kind == AccountKind.Group ? "GET groups/delta" : "GET users/delta";

    // What is not selected is not watched either; the members of a group are by being selected.
    private RequestInformation Changes(AccountKind kind) => kind == AccountKind.Group
        ? client.Graph.Groups.Delta.ToGetRequestInformation(request => request.QueryParameters.Select = ["id", "displayName", "uniqueName", "members"])
        : client.Graph.Users.Delta.ToGetRequestInformation(request => request.QueryParameters.Select = users.Selected);

    private Task<EntraReply> SendAsync(string call, RequestInformation info, string? at, CancellationToken cancel) =>
        at is null ? client.SendAsync(call, info, cancel) : client.NextAsync(call, info.URI, at, info.Headers, cancel);

    // A collection is there, or there is no Graph; a page of it may be there no longer.
    private static Outcome Stale(string call, Outcome failure, string? at) => failure switch
    {
        Outcome.Gone when at is null => new Outcome.Stop($"{call}: 404. There is no Microsoft Graph at baseUrl."),
        Outcome.Rejected when at is not null => new Outcome.Gone(),
        _ => failure,
    };
}
