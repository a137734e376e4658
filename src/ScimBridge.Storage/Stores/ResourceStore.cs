using System.Data.Common;
using ScimBridge.Storage.Queries;

namespace ScimBridge.Storage.Stores;

/// <summary>Reads resources. They are written by <see cref="Commit"/> alone.</summary>
public static class ResourceStore
{
    private const string Columns = "id, type, version, created_at, modified_at, body, origin";

    /// <summary>The resource of that type and id, or null.</summary>
    public static Task<ResourceRow?> FindAsync(Session session, string type, string id, CancellationToken cancel) =>
        session.FirstAsync<ResourceRow?>(
            $"SELECT {Columns}, EXISTS (SELECT 1 FROM membership WHERE member_id = @id) FROM resource WHERE id = @id AND type = @type",
            r => Read(r) with { MayBeMember = r.GetBoolean(ColumnCount) },
            cancel,
            ("id", id), ("type", type));

    /// <summary>The same for a transaction that will write it: nobody else writes it until the transaction ends.</summary>
    public static Task<ResourceRow?> HoldAsync(Session session, string type, string id, CancellationToken cancel) =>
        session.FirstAsync<ResourceRow?>(
            $"SELECT {Columns} FROM resource WHERE id = @id AND type = @type{session.Dialect.ForWriting}", Read, cancel, ("id", id), ("type", type));

    /// <summary>Names of the types of those of the ids that are resources; none of these ceases to be before the transaction ends.</summary>
    public static async Task<Dictionary<string, string>> HoldTypesAsync(
        Session session, IReadOnlyCollection<string> ids, CancellationToken cancel)
    {
        if (ids.Count == 0)
            return new(StringComparer.Ordinal);
        var rows = await session.QueryAsync(
            $"SELECT id, type FROM resource WHERE {session.Dialect.In("id", "@ids")}{session.Dialect.ForReferring}",
            r => KeyValuePair.Create(r.GetString(0), r.GetString(1)),
            cancel,
            ("ids", ids));
        return new Dictionary<string, string>(rows, StringComparer.Ordinal);
    }

    /// <summary>The resources of a type that have the value, at a path that is indexed; at most <paramref name="limit"/>.</summary>
    public static Task<List<ResourceRow>> WithValueAsync(
        Session session, string type, string path, string value, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT r.id, r.type, r.version, r.created_at, r.modified_at, r.body, r.origin FROM resource_key AS k JOIN resource AS r ON r.id = k.resource_id " +
        "WHERE k.type = @type AND k.path = @path AND k.value = @value ORDER BY r.id LIMIT @limit",
        Read,
        cancel,
        ("type", type), ("path", path), ("value", IndexedValue.Of(value)), ("limit", limit));

    /// <summary>Ids of the resources of a type that have one of the values at a path that is indexed, each with its value.</summary>
    public static Task<List<(string Value, string Id)>> WithValuesAsync(
        Session session, string type, string path, IReadOnlyCollection<string> values, CancellationToken cancel) => session.QueryAsync(
        "SELECT t.value, t.resource_id FROM " +
        session.Dialect.ForEach("@values", "resource_key", "t.type = @type AND t.path = @path AND t.value = i.id"),
        r => (r.GetString(0), r.GetString(1)),
        cancel,
        ("type", type), ("path", path), ("values", values));

    /// <summary>The resources with these ids, by id; of any type.</summary>
    public static async Task<Dictionary<string, ResourceRow>> FindAsync(
        Session session, IReadOnlyCollection<string> ids, CancellationToken cancel)
    {
        var rows = await session.QueryAsync(
            $"SELECT {Columns} FROM resource WHERE " + session.Dialect.In("id", "@ids"), Read, cancel, ("ids", ids));
        return rows.ToDictionary(r => r.Id, StringComparer.Ordinal);
    }

    /// <summary>Which of the given indexed values exist already, whoever has them.</summary>
    public static async Task<HashSet<string>> TakenAsync(
        Session session, string type, string path, IReadOnlyCollection<string> values, CancellationToken cancel)
    {
        // Long values are indexed in another form than they are asked for.
        var asked = values.ToLookup(IndexedValue.Of, StringComparer.Ordinal);
        var found = await session.QueryAsync(
            "SELECT DISTINCT t.value FROM " +
            session.Dialect.ForEach("@values", "resource_key", "t.type = @type AND t.path = @path AND t.value = i.id"),
            r => r.GetString(0),
            cancel,
            ("type", type), ("path", path), ("values", asked.Select(g => g.Key).ToArray()));
        return found.SelectMany(value => asked[value]).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Ids of the resources that rules made, by their origin.</summary>
    public static async Task<Dictionary<string, string>> OfOriginAsync(
        Session session, IReadOnlyCollection<string> origins, CancellationToken cancel)
    {
        if (origins.Count == 0)
            return new(StringComparer.Ordinal);
        var rows = await session.QueryAsync(
            "SELECT origin, id FROM resource WHERE origin LIKE 'rule:%' AND " + session.Dialect.In("origin", "@origins"),
            r => KeyValuePair.Create(r.GetString(0), r.GetString(1)),
            cancel,
            ("origins", origins));
        return new Dictionary<string, string>(rows, StringComparer.Ordinal);
    }

    /// <summary>Who brought in the resources, by id; without those of whom that is not known.</summary>
    public static async Task<Dictionary<string, string>> OriginsAsync(
        Session session, IReadOnlyCollection<string> ids, CancellationToken cancel)
    {
        if (ids.Count == 0)
            return new(StringComparer.Ordinal);
        var rows = await session.QueryAsync(
            "SELECT id, origin FROM resource WHERE origin IS NOT NULL AND " + session.Dialect.In("id", "@ids"),
            r => KeyValuePair.Create(r.GetString(0), r.GetString(1)),
            cancel,
            ("ids", ids));
        return new Dictionary<string, string>(rows, StringComparer.Ordinal);
    }

    /// <summary>The names by which resources are shown elsewhere, by id; without those that have none.</summary>
    public static async Task<Dictionary<string, string>> DisplaysAsync(
        Session session, IReadOnlyCollection<string> ids, CancellationToken cancel)
    {
        var display = MembershipSql.Display(session.Dialect, session.Dialect.JsonOf("body"));
        var rows = await session.QueryAsync(
            $"SELECT id, {display} FROM resource WHERE {session.Dialect.In("id", "@ids")}",
            r => (Id: r.GetString(0), Display: r.IsDBNull(1) ? null : r.GetString(1)),
            cancel,
            ("ids", ids));
        return rows.Where(r => r.Display is not null).ToDictionary(r => r.Id, r => r.Display!, StringComparer.Ordinal);
    }

    /// <summary>The attributes that clients master, of those of the resources of which they do.</summary>
    public static async Task<ILookup<string, string>> ClientMasteredAsync(
        Session session, IReadOnlyCollection<string> ids, CancellationToken cancel) =>
        (await session.QueryAsync(
            "SELECT resource_id, attribute FROM client_mastered WHERE " + session.Dialect.In("resource_id", "@ids"),
            r => (Id: r.GetString(0), Attribute: r.GetString(1)),
            cancel,
            ("ids", ids))).ToLookup(r => r.Id, r => r.Attribute, StringComparer.Ordinal);

    /// <summary>How many resources of a type there are.</summary>
    public static async Task<long> CountAsync(Session session, string type, CancellationToken cancel) => await session.FirstAsync(
        "SELECT count(*) FROM resource WHERE type = @type", r => r.GetInt64(0), cancel, ("type", type));

    /// <summary>How many columns <see cref="Read"/> reads.</summary>
    internal const int ColumnCount = 7;

    /// <summary>Reads id, type, version, creation, modification, body and origin, which are the first columns.</summary>
    internal static ResourceRow Read(DbDataReader r) =>
        new(r.GetString(0), r.GetString(1), r.GetInt64(2), r.GetInt64(3), r.GetInt64(4), r.GetString(5), r.IsDBNull(6) ? null : r.GetString(6));
}
