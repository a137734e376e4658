using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// Finds resources by the value of an attribute. Every resource that comes back is looked at, because some servers ignore a filter they
/// do not know and answer with everybody; those, and those that refuse the filter, are read page by page.
/// </summary>
internal sealed class ScimSearch(ScimClient client)
{
    /// <summary>Beyond this, reading everybody for one account does more harm than asking a person.</summary>
    private const int MostRead = 10_000;

    /// <summary>The account that carries our key.</summary>
    public async Task<Outcome> FindAsync(ScimSwitches switches, AccountKind kind, string correlationKey, CancellationToken cancel)
    {
        var (found, failure) = await FindAsync(switches, kind, ScimAttribute.ExternalId, correlationKey, cancel);
        return found is null ? failure! : Verdict(found);
    }

    /// <summary>What a search by our key comes to.</summary>
    public static Outcome Verdict(List<ScimFound> found) => found switch
    {
        [] => new Outcome.Gone(),
        [var one] => new Outcome.Exists(one.Id),
        _ => Undecided.Of("GET", $"{found.Count} accounts carry the same externalId: a person has to decide which is the right one."),
    };

    /// <summary>All that have this value.</summary>
    public async Task<(List<ScimFound>? Found, Outcome? Failure)> FindAsync(
        ScimSwitches switches, AccountKind kind, ScimAttribute attribute, string value, CancellationToken cancel)
    {
        if (!switches.Filters(kind, attribute.Filter))
            return await ScanAsync(switches, kind, attribute, value, cancel);
        var filter = Uri.EscapeDataString($"{attribute.Filter} eq {ScimBodies.Quoted(value)}");
        var (page, failure, isRefused) = await ReadAsync(switches, kind, $"filter={filter}", cancel);
        if (isRefused)
            return await ScanAsync(switches, kind, attribute, value, cancel);
        if (page is null)
            return (null, failure);
        var hits = Hits(page, attribute, value);
        return page.Resources.Count == hits.Count || page.Resources.Count >= page.Total
            ? (hits, null)
            : await ScanAsync(switches, kind, attribute, value, cancel);
    }

    private async Task<(List<ScimFound>? Found, Outcome? Failure)> ScanAsync(
        ScimSwitches switches, AccountKind kind, ScimAttribute attribute, string value, CancellationToken cancel)
    {
        var (hits, read, query) = (new Dictionary<string, ScimFound>(StringComparer.Ordinal), 0, First(switches));
        while (read < MostRead)
        {
            var (page, failure, _) = await ReadAsync(switches, kind, query, cancel);
            if (page is null)
                return (null, failure);
            foreach (var hit in Hits(page, attribute, value))
                hits[hit.Id] = hit;
            read += page.Resources.Count;
            if (Next(switches, page, read) is not { } next)
                return ([.. hits.Values], null);
            query = next;
        }

        return (null, new Outcome.Rejected(
            $"GET {switches.Path(kind)}: the target takes no filter on {attribute.Filter} and holds more than {MostRead} resources."));
    }

    private static string First(ScimSwitches switches) => switches.Paging switch
    {
        ScimPaging.Index => $"startIndex=1&count={switches.PageSize}",
        ScimPaging.Cursor => $"cursor=&count={switches.PageSize}",
        _ => "",
    };

    private static string? Next(ScimSwitches switches, Page page, int read) => switches.Paging switch
    {
        ScimPaging.Index when page.Resources.Count > 0 && read < page.Total => $"startIndex={read + 1}&count={switches.PageSize}",
        ScimPaging.Cursor when page.NextCursor is { } cursor => $"cursor={Uri.EscapeDataString(cursor)}&count={switches.PageSize}",
        _ => null,
    };

    private async Task<(Page? Page, Outcome? Failure, bool IsFilterRefused)> ReadAsync(
        ScimSwitches switches, AccountKind kind, string query, CancellationToken cancel)
    {
        // The members of a big group would fill the answer, and nobody asked for them.
        var collection = switches.Path(kind);
        var lean = kind == AccountKind.Group ? "excludedAttributes=members" : "";
        var whole = string.Join('&', new[] { query, lean }.Where(part => part.Length > 0));
        var reply = await client.SendAsync(HttpMethod.Get, whole.Length == 0 ? collection : $"{collection}?{whole}", default, cancel);
        if (reply.IsGone && !reply.IsScim)
            return (null, ScimFailures.NoCollection($"GET {collection}", reply.Status, kind), false);
        if (reply.Failure is { } failure)
            return (null, failure, reply.IsFilterRefused);
        if (ScimJson.Get(reply.Body, "Resources") is not JsonArray && ScimJson.Number(reply.Body, "totalResults") != 0)
            return (null, new Outcome.Retry(null, $"GET {collection}: {reply.Status}, and no list of resources in at most 1 MiB of JSON."), false);

        var resources = (ScimJson.Get(reply.Body, "Resources") as JsonArray ?? []).OfType<JsonObject>().ToList();
        var page = new Page(resources, ScimJson.Number(reply.Body, "totalResults") ?? resources.Count, ScimJson.Text(reply.Body, "nextCursor"));
        return (page, null, false);
    }

    private static List<ScimFound> Hits(Page page, ScimAttribute attribute, string value) =>
    [
        .. from resource in page.Resources
           where attribute.Has(resource, value)
           let id = ScimJson.Text(resource, "id")
           where id is not null
           select new ScimFound(id, ScimJson.Text(resource, "externalId"), resource),
    ];

    private sealed record Page(List<JsonObject> Resources, int Total, string? NextCursor);
}
