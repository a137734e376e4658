using System.Text.Json.Nodes;
using Microsoft.Kiota.Abstractions;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>Lists what users hold beside their accounts. It sees what replicas show, which lag behind by seconds.</summary>
internal sealed class EntraHoldings(EntraClient client, EntraUsers users)
{
    public const string AppRoles = "users/{id}/appRoleAssignments";

    public const string DirectoryRoles = "roleManagement/directory/roleAssignments";

    public const string Grants = "oauth2PermissionGrants";

    private const int MostPages = 100;

    /// <summary>
    /// What applications may do in the user's name. The user's own list of them is not for apps; that of the tenant is.
    /// <see href="https://learn.microsoft.com/en-us/graph/api/user-list-oauth2permissiongrants#permissions"/>
    /// </summary>
    public async Task<(List<string>? Ids, Outcome? Failure)> GrantsAsync(string id, CancellationToken cancel)
    {
        // Of nobody there are no grants, and no 404 either.
        if (await users.MissingAsync(id, cancel) is { } missing)
            return (null, missing);
        return Ids(await ListAsync(id, Grants, $"{Grants}?$filter={Uri.EscapeDataString($"principalId eq {EntraSearch.Quoted(id)}")}", cancel));
    }

    /// <summary>Roles of applications that are assigned to the user; those that come with a group show the group.</summary>
    public async Task<(List<string>? Ids, Outcome? Failure)> AppRolesAsync(string id, CancellationToken cancel)
    {
        var (found, failure) = await ListAsync(id, AppRoles, $"users/{Uri.EscapeDataString(id)}/appRoleAssignments", cancel);
        return Ids((found?.FindAll(a => Text(a, "principalType") is null or "User"), failure));
    }

    /// <summary>Roles of the directory that are assigned to the user.</summary>
    public async Task<(List<string>? Ids, Outcome? Failure)> DirectoryRolesAsync(string id, CancellationToken cancel) => Ids(
        await ListAsync(id, DirectoryRoles, $"{DirectoryRoles}?$filter={Uri.EscapeDataString($"principalId eq {EntraSearch.Quoted(id)}")}", cancel));

    /// <summary>Authentication methods but for the password, which nobody can delete.</summary>
    public async Task<(List<EntraMethod>? Methods, Outcome? Failure)> MethodsAsync(string id, CancellationToken cancel)
    {
        var (found, failure) = await ListAsync(id, "users/{id}/authentication/methods", $"users/{Uri.EscapeDataString(id)}/authentication/methods", cancel);
        return (found?.ConvertAll(m => EntraMethod.Of(Text(m, "@odata.type") ?? "", Text(m, "id")!)).FindAll(m => !m.IsPassword), failure);
    }

    /// <summary>Registered devices that are enabled.</summary>
    public async Task<(List<string>? Ids, Outcome? Failure)> DevicesAsync(string id, CancellationToken cancel)
    {
        var (found, failure) = await ListAsync(id, "users/{id}/registeredDevices", $"users/{Uri.EscapeDataString(id)}/registeredDevices", cancel);
        return Ids((found?.FindAll(d => d["accountEnabled"] is not JsonValue enabled || !enabled.TryGetValue<bool>(out var on) || on), failure));
    }

    /// <summary>Groups that the user was put into, and how many there are that a rule fills.</summary>
    public async Task<(List<string>? Ids, int Dynamic, Outcome? Failure)> GroupsAsync(string id, CancellationToken cancel)
    {
        var (found, failure) = await ListAsync(id, "users/{id}/memberOf", $"users/{Uri.EscapeDataString(id)}/memberOf", cancel);
        var groups = found?.FindAll(o => Text(o, "@odata.type") == "#microsoft.graph.group");
        var fixedOnes = groups?.FindAll(g => g["groupTypes"] is not JsonArray types || !types.Any(t => t?.ToString() == "DynamicMembership"));
        var (ids, _) = Ids((fixedOnes, null));
        return (ids, (groups?.Count ?? 0) - (fixedOnes?.Count ?? 0), failure);
    }

    /// <summary>All of a list, page after page. That the app may not read this one list stops nothing else.</summary>
    public async Task<(List<JsonObject>? Found, Outcome? Failure)> ListAsync(string id, string name, string path, CancellationToken cancel)
    {
        var call = "GET " + name;
        var info = new RequestInformation { HttpMethod = Method.GET, URI = client.Address(path) };
        var all = new List<JsonObject>();
        var reply = await client.SendAsync(call, info, cancel, isUrgent: true);
        for (var page = 0; page < MostPages; page++)
        {
            if (reply.Failure is { } failure)
                return (null, reply.Status == 403 && failure is Outcome.Stop stop ? new Outcome.Rejected(stop.Reason) : users.Absent(failure, id, call));

            // What comes without an id would pass for nothing that is left.
            if (reply.Items() is not var (items, next) || items.Exists(item => Text(item, "id") is null))
                return (null, EntraFailures.Unreadable(call, reply.Status));
            all.AddRange(items);
            if (next is null)
                return (all, null);
            reply = await client.NextAsync(call, info.URI, next, info.Headers, cancel);
        }

        return (null, new Outcome.Rejected($"{call}: more than {MostPages} pages come back for one account."));
    }

    /// <summary>A text of an item; null where it has none of this name.</summary>
    public static string? Text(JsonObject item, string name) => item[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static (List<string>? Ids, Outcome? Failure) Ids((List<JsonObject>? Found, Outcome? Failure) list) =>
        (list.Found?.Select(item => Text(item, "id")).OfType<string>().ToList(), list.Failure);
}
