using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// Finds the account that carries our key. Every resource that comes back is looked at, because some servers ignore a filter they do
/// not know and answer with everybody; those are then read page by page.
/// </summary>
internal sealed class ScimSearch(ScimClient client)
{
    private const int PageSize = 100;

    /// <summary>Beyond this, reading everybody for one account does more harm than asking a person.</summary>
    private const int MostRead = 10_000;

    public async Task<Outcome> FindAsync(AccountKind kind, string correlationKey, CancellationToken cancel)
    {
        var filter = Uri.EscapeDataString($"externalId eq {ScimBodies.Quoted(correlationKey)}");
        var (page, failure) = await ReadAsync(kind, $"filter={filter}", cancel);
        if (page is null)
            return failure!;
        return page.Resources.Count == 0 || Hits(page, correlationKey).Count > 0
            ? Verdict(Hits(page, correlationKey))
            : await ScanAsync(kind, correlationKey, cancel);
    }

    private async Task<Outcome> ScanAsync(AccountKind kind, string correlationKey, CancellationToken cancel)
    {
        var hits = new List<string>();
        for (var start = 1; start <= MostRead;)
        {
            var (page, failure) = await ReadAsync(kind, $"startIndex={start}&count={PageSize}", cancel);
            if (page is null)
                return failure!;
            hits.AddRange(Hits(page, correlationKey));
            start += page.Resources.Count;
            if (page.Resources.Count == 0 || start > page.Total)
                return Verdict([.. hits.Distinct(StringComparer.Ordinal)]);
        }

        return new Outcome.Rejected(
            $"GET {ScimSchemas.Collection(kind)}: the target ignores the filter on externalId and holds more than {MostRead} resources.");
    }

    private async Task<(Page? Page, Outcome? Failure)> ReadAsync(AccountKind kind, string query, CancellationToken cancel)
    {
        // The members of a big group would fill the answer, and nobody asked for them.
        var collection = ScimSchemas.Collection(kind);
        var lean = kind == AccountKind.Group ? "&excludedAttributes=members" : "";
        var reply = await client.SendAsync(HttpMethod.Get, $"{collection}?{query}{lean}", default, cancel);
        if (reply.IsGone && !reply.IsScim)
            return (null, ScimFailures.NoCollection($"GET {collection}", reply.Status, kind));

        if (reply.Failure is { } failure)
            return (null, failure);
        if (ScimJson.Get(reply.Body, "Resources") is not JsonArray && ScimJson.Number(reply.Body, "totalResults") != 0)
            return (null, new Outcome.Retry(null, $"GET {collection}: {reply.Status}, and no list of resources in at most 1 MiB of JSON."));

        var resources = (ScimJson.Get(reply.Body, "Resources") as JsonArray ?? []).OfType<JsonObject>().ToList();
        return (new Page(resources, ScimJson.Number(reply.Body, "totalResults") ?? resources.Count), null);
    }

    private static List<string> Hits(Page page, string correlationKey) =>
    [
        .. from resource in page.Resources
           where ScimJson.Text(resource, "externalId") == correlationKey
           let id = ScimJson.Text(resource, "id")
           where id is not null
           select id,
    ];

    private static Outcome Verdict(List<string> hits) => hits switch
    {
        [] => new Outcome.Gone(),
        [var id] => new Outcome.Exists(id),
        _ => Undecided.Of("GET", $"{hits.Count} accounts carry the same externalId: a person has to decide which is the right one."),
    };

    private sealed record Page(List<JsonObject> Resources, int Total);
}
