using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// Reads what groups a user is in: from the user's own <c>groups</c> (RFC 7643 section 4.1.2), or, where the target does not show them there,
/// by a search for groups with this member. A target that answers that search with every group there is says nothing.
/// </summary>
internal sealed class ScimAccessReads(ScimClient client, ScimSwitches switches)
{
    private const string OfUser = "GET Users/{id}?attributes=groups";

    private const string OfGroups = "GET Groups?filter=members.value";

    private const int PageSize = 100;

    /// <summary>Nobody is in so many groups.</summary>
    private const int MostRead = 10_000;

    public async Task<(Outcome Outcome, AccessReading? Reading)> MembershipsAsync(string id, CancellationToken cancel)
    {
        var user = await client.SendAsync(HttpMethod.Get, switches.Path(AccountKind.User, id) + "?attributes=groups", default, cancel);
        if (user.Failure is { } failure)
            return (failure, null);
        if (user.Body is null)
            return (new Outcome.Retry(null, $"{OfUser}: {user.Status}, and no resource in at most 1 MiB of JSON."), null);
        if (ScimJson.Get(user.Body, "groups") is JsonArray { Count: > 0 } groups)
        {
            // Through a group in a group: that one ends with the other.
            var direct = groups.Where(g => !string.Equals(ScimJson.Text(g as JsonObject, "type"), "indirect", StringComparison.OrdinalIgnoreCase));
            return Reading(OfUser, [.. direct.Select(NameOf)]);
        }

        var (found, unread) = await SearchAsync(id, cancel);
        if (found is null or { Count: 0 })
            return found is null ? Unread(unread) : Reading($"{OfUser}, {OfGroups}", found);

        // Some servers ignore a filter that they do not know. Nobody has this id.
        var (others, uncertain) = await SearchAsync(Guid.NewGuid().ToString(), cancel);
        return others switch
        {
            null => Unread(uncertain),
            [] => Reading($"{OfUser}, {OfGroups}", found),
            _ => Untold("the user shows no groups, and the search for groups by member answers with those of others"),
        };
    }

    /// <summary>What tells a group from others: one that is shown without a value is one all the same.</summary>
    private static string NameOf(JsonNode? group) => group is JsonObject item
        ? ScimJson.Text(item, "value") ?? ScimJson.Text(item, "id") ?? ScimJson.Text(item, "$ref") ?? ScimJson.Text(item, "display") ?? "unnamed"
        : group?.ToString() ?? "unnamed";

    private async Task<(List<string>? Ids, ScimReply Unread)> SearchAsync(string member, CancellationToken cancel)
    {
        var filter = Uri.EscapeDataString($"members.value eq {ScimBodies.Quoted(member)}");
        var ids = new List<string>();
        while (true)
        {
            var paging = string.Create(CultureInfo.InvariantCulture, $"startIndex={ids.Count + 1}&count={PageSize}");
            var path = $"{switches.Path(AccountKind.Group)}?filter={filter}&{paging}&excludedAttributes=members";
            var reply = await client.SendAsync(HttpMethod.Get, path, default, cancel);
            var total = ScimJson.Number(reply.Body, "totalResults");
            if (reply.Failure is not null || (ScimJson.Get(reply.Body, "Resources") is not JsonArray && total != 0))
                return (null, reply);
            var page = (ScimJson.Get(reply.Body, "Resources") as JsonArray ?? []).Select(NameOf).ToList();
            ids.AddRange(page);
            if (page.Count == 0 || ids.Count >= (total ?? 0) || ids.Count >= MostRead)
                return (ids, reply);
        }
    }

    /// <summary>A target need not have this search, and a credential need not be allowed it.</summary>
    private static (Outcome, AccessReading?) Unread(ScimReply reply) => reply switch
    {
        { Status: 400 or 403 or 404 or 410 or 501 } => Untold($"the user shows no groups, and groups are not searched by member: {reply.Status}"),
        { Failure: { } failure } => (failure, null),
        _ => (new Outcome.Retry(null, $"{OfGroups}: {reply.Status}, and no list of resources in at most 1 MiB of JSON."), null),
    };

    private static (Outcome, AccessReading?) Reading(string method, List<string> left) => (
        new Outcome.Done(), new AccessReading(method, string.Create(CultureInfo.InvariantCulture, $"{left.Count} group{(left.Count == 1 ? "" : "s")}"), left));

    private static (Outcome, AccessReading?) Untold(string value) => (new Outcome.Done(), new AccessReading($"{OfUser}, {OfGroups}", value, Left: null));
}
