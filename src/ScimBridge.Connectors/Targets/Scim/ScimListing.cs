using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// Lists all resources page by page, by cursor (RFC 9865) or by index (RFC 7644 section 3.4.2.4). An index slips where resources come or go
/// meanwhile: a page shows some again, or leaves some out. So each page says how many there are in all, and whoever lists compares.
/// </summary>
internal sealed class ScimListing(ScimClient client)
{
    // Where a page is: by index, or by cursor.
    private const string Index = "i", Cursor = "c";

    private static readonly string[] NotAttributes = ["schemas", "id", "externalId", "meta", "active", "members"];

    public async Task<(Outcome Outcome, AccountPage? Page)> ListAsync(ScimSwitches switches, AccountKind kind, string? at, CancellationToken cancel)
    {
        if (kind == AccountKind.Group && !switches.Groups)
            return (new Outcome.Done(), new AccountPage());
        if (Query(switches, at) is not var (query, read))
            return (new Outcome.Gone(), null);
        var collection = switches.Path(kind);
        var lean = kind == AccountKind.Group ? "excludedAttributes=members" : "";
        var whole = string.Join('&', new[] { query, lean }.Where(part => part.Length > 0));
        var reply = await client.SendAsync(HttpMethod.Get, whole.Length == 0 ? collection : $"{collection}?{whole}", default, cancel);
        if (reply.IsGone && !reply.IsScim)
            return (ScimFailures.NoCollection($"GET {collection}", reply.Status, kind), null);

        // A cursor that has expired is no reason to stop: RFC 9865 section 2.3.
        if (reply.Failure is { } failure)
            return (at is not null && failure is Outcome.Rejected ? new Outcome.Gone() : failure, null);
        if (ScimJson.Get(reply.Body, "Resources") is not JsonArray && ScimJson.Number(reply.Body, "totalResults") != 0)
            return (new Outcome.Retry(null, $"GET {collection}: {reply.Status}, and no list of resources in at most 1 MiB of JSON."), null);

        var resources = (ScimJson.Get(reply.Body, "Resources") as JsonArray ?? []).OfType<JsonObject>().ToList();
        var total = ScimJson.Number(reply.Body, "totalResults");
        read += resources.Count;
        return (new Outcome.Done(), new AccountPage
        {
            Accounts = [.. resources.Select(resource => Of(kind, resource)).OfType<ObservedAccount>()],
            Next = Next(switches, read, resources.Count, total, ScimJson.Text(reply.Body, "nextCursor")),
            Total = total,
        });
    }

    /// <summary>What a resource comes to; null where it has no id. It is taken apart.</summary>
    public static ObservedAccount? Of(AccountKind kind, JsonObject resource)
    {
        if (ScimJson.Text(resource, "id") is not { } id)
            return null;
        var (externalId, active) = (ScimJson.Text(resource, "externalId"), ScimJson.Truth(resource, "active"));
        foreach (var (name, _) in resource.ToList())
        {
            if (NotAttributes.Contains(name, StringComparer.OrdinalIgnoreCase))
                resource.Remove(name);
        }

        return new ObservedAccount(kind, id, externalId, kind == AccountKind.User ? active : null, resource);
    }

    private static (string Query, int Read)? Query(ScimSwitches switches, string? at)
    {
        if (at is null)
        {
            return switches.Paging switch
            {
                ScimPaging.Index => ($"startIndex=1&count={switches.PageSize}", 0),
                ScimPaging.Cursor => ($"cursor=&count={switches.PageSize}", 0),
                _ => ("", 0),
            };
        }

        // A place that was noted under another configuration is none.
        return (at[..1], switches.Paging) switch
        {
            (Index, ScimPaging.Index) when int.TryParse(at[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var read) =>
                (string.Create(CultureInfo.InvariantCulture, $"startIndex={read + 1}&count={switches.PageSize}"), read),
            (Cursor, ScimPaging.Cursor) => ($"cursor={Uri.EscapeDataString(at[1..])}&count={switches.PageSize}", 0),
            _ => null,
        };
    }

    private static string? Next(ScimSwitches switches, int read, int count, int? total, string? cursor) => switches.Paging switch
    {
        ScimPaging.Index when count > 0 && read < (total ?? 0) => Index + read.ToString(CultureInfo.InvariantCulture),
        ScimPaging.Cursor when cursor is not null => Cursor + cursor,
        _ => null,
    };
}
