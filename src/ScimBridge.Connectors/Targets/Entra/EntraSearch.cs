using Microsoft.Graph.Models;
using Microsoft.Kiota.Abstractions;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>
/// Finds users and groups, also those that were deleted. What comes back is compared again here: Graph compares without regard to case,
/// and some questions that it does not understand it answers with everybody.
/// </summary>
internal sealed class EntraSearch(EntraClient client, EntraKey key, string[] selected)
{
    private const string Users = "GET users";

    private const string Deleted = "GET directory/deletedItems/graph.user";

    private const int MostPages = 50;

    /// <summary>A text in a query.</summary>
    public static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The users that carry the key.</summary>
    public Task<(List<User>? Found, Outcome? Failure)> UsersByKeyAsync(string value, CancellationToken cancel) =>
        UsersAsync(key.Is(value), key.IsAdvanced, user => key.Of(user) == value, cancel);

    /// <summary>The users that have this employee id.</summary>
    public Task<(List<User>? Found, Outcome? Failure)> UsersByEmployeeIdAsync(string value, CancellationToken cancel) =>
        UsersAsync($"employeeId eq {Quoted(value)}", isAdvanced: false, user => Same(user.EmployeeId, value), cancel);

    /// <summary>The users that have this name: one or none.</summary>
    public Task<(List<User>? Found, Outcome? Failure)> UsersByNameAsync(string value, CancellationToken cancel) =>
        UsersAsync($"userPrincipalName eq {Quoted(value)}", isAdvanced: false, user => Same(user.UserPrincipalName, value), cancel);

    /// <summary>The users that were deleted a while ago and carry the key, or have the employee id.</summary>
    public Task<(List<User>? Found, Outcome? Failure)> DeletedUsersAsync(string value, string? employeeId, CancellationToken cancel)
    {
        var filter = employeeId is null ? key.Is(value) : $"{key.Is(value)} or employeeId eq {Quoted(employeeId)}";
        var info = client.Graph.Directory.DeletedItems.GraphUser.ToGetRequestInformation(request =>
        {
            request.QueryParameters.Filter = filter;
            request.QueryParameters.Select = selected;
            request.QueryParameters.Count = true;
            request.Headers.Add("ConsistencyLevel", "eventual");
        });
        return ListAsync(Deleted, info, user => key.Of(user) == value || (employeeId is not null && Same(user.EmployeeId, employeeId)), cancel);
    }

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private Task<(List<User>? Found, Outcome? Failure)> UsersAsync(string filter, bool isAdvanced, Func<User, bool> isMeant, CancellationToken cancel)
    {
        var info = client.Graph.Users.ToGetRequestInformation(request =>
        {
            request.QueryParameters.Filter = filter;
            request.QueryParameters.Select = selected;
            if (!isAdvanced)
                return;
            request.QueryParameters.Count = true;
            request.Headers.Add("ConsistencyLevel", "eventual");
        });
        return ListAsync(Users, info, isMeant, cancel);
    }

    /// <summary>All that a list has, page after page.</summary>
    private async Task<(List<User>? Found, Outcome? Failure)> ListAsync(
        string call, RequestInformation info, Func<User, bool> isMeant, CancellationToken cancel)
    {
        var all = new List<User>();
        var reply = await client.SendAsync(call, info, cancel);

        // Which conditions it takes of what was deleted, Graph does not say in full: where not these, nobody can be restored.
        if (call == Deleted && reply.Status == 400)
            return (all, null);
        for (var page = 0; page < MostPages; page++)
        {
            if (reply.Failure is { } failure)
                return (null, failure is Outcome.Gone ? new Outcome.Stop($"{call}: 404. There is no Microsoft Graph at baseUrl.") : failure);
            if (reply.Users() is not var (users, next))
                return (null, EntraFailures.Unreadable(call, reply.Status));
            all.AddRange(users.Where(user => user.Id is not null && isMeant(user)));
            if (next is null)
                return (all, null);
            reply = await client.NextAsync(call, info.URI, next, info.Headers, cancel);
        }

        return (null, new Outcome.Rejected($"{call}: more than {MostPages} pages come back for one question."));
    }
}
