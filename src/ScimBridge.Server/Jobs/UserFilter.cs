using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Queries;

namespace ScimBridge.Server.Jobs;

/// <summary>Which users a filter of the configuration speaks of: the one filter language of the product, run by the database.</summary>
public sealed class UserFilter(BridgeConfiguration configuration, SchemaCatalog catalog)
{
    private const int IdsAtOnce = 50;

    /// <summary>How many users it speaks of.</summary>
    public async Task<long> CountAsync(Session session, string filter, CancellationToken cancel) =>
        (await PageAsync(session, filter, count: 0, cancel)).Total!.Value;

    /// <summary>Which of these users it speaks of.</summary>
    public async Task<HashSet<string>> AmongAsync(
        Session session, string filter, IEnumerable<string> resourceIds, CancellationToken cancel)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var ids in resourceIds.Chunk(IdsAtOnce))
        {
            var page = await PageAsync(
                session, $"({string.Join(" or ", ids.Select(id => $"id eq \"{id}\""))}) and ({filter})", IdsAtOnce, cancel);
            found.UnionWith(page.Rows.Select(r => r.Id));
        }

        return found;
    }

    /// <summary>The ids of the users that it speaks of, or of all, in order of ids; at most <paramref name="count"/> after one.</summary>
    /// <exception cref="ScimBridge.Scim.Errors.ScimException">invalidFilter.</exception>
    public async Task<List<string>> IdsAsync(Session session, string? filter, string? after, int count, CancellationToken cancel)
    {
        var parsed = filter is null ? null : FilterParser.Parse(filter, catalog.User, ClientProfile.Strict, inUrl: true);
        var page = await ResourceQueries.PageAsync(
            session,
            new ResourceQuery
            {
                Catalog = catalog,
                BaseUrl = configuration.Options.Server.PublicUrl ?? configuration.Options.Server.Url,
                Selections = [new ResourceSelection(catalog.User, parsed, null)],
                After = after is null ? null : new PagePosition(after),
                Count = count,
            },
            cancel);
        return [.. page.Rows.Select(r => r.Id)];
    }

    private Task<ResourcePage> PageAsync(Session session, string filter, int count, CancellationToken cancel) => ResourceQueries.PageAsync(
        session,
        new ResourceQuery
        {
            Catalog = catalog,
            BaseUrl = configuration.Options.Server.PublicUrl ?? configuration.Options.Server.Url,
            Selections = [new ResourceSelection(catalog.User, FilterParser.Parse(filter, catalog.User, ClientProfile.Strict), null)],
            Count = count,
            NeedsTotal = count == 0,
        },
        cancel);
}
