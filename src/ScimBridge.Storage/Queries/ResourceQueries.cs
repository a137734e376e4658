using System.Data.Common;
using System.Globalization;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Queries;

/// <summary>Runs queries of resources: filtered, sorted, counted and paged by the database alone.</summary>
public static class ResourceQueries
{
    /// <summary>The page of a query. What is deferred to a second statement is the total, and only where the page itself does not tell it.</summary>
    /// <exception cref="FormatException">The key of the position is none of the attribute that is sorted by.</exception>
    public static async Task<ResourcePage> PageAsync(Session session, ResourceQuery query, CancellationToken cancel)
    {
        var sql = new PageSql(query, session.Dialect);
        if (sql.IsEmpty)
            return new ResourcePage([], query.NeedsTotal ? 0 : null, Next: null);
        var found = query.Count > 0 ? await ReadAsync(session, sql, cancel) : [];
        var rows = found.Take(query.Count).ToList();
        var next = found.Count > rows.Count && rows.Count > 0 ? new PagePosition(rows[^1].Row.Id, rows[^1].Key) : null;
        var total = query.NeedsTotal ? Known(query, rows.Count, next) ?? await TotalAsync(session, sql, cancel) : (long?)null;
        return new ResourcePage(rows.ConvertAll(r => r.Row), total, next);
    }

    /// <summary>The total, where the last page of an index has been reached.</summary>
    private static long? Known(ResourceQuery query, int rows, PagePosition? next)
    {
        var before = Math.Max(query.StartIndex, 1) - 1;
        return query.After is null && next is null && query.Count > 0 && (rows > 0 || before == 0) ? before + rows : null;
    }

    private static async Task<List<(ResourceRow Row, string? Key)>> ReadAsync(Session session, PageSql sql, CancellationToken cancel)
    {
        var page = sql.Page();
        return await session.QueryAsync(
            page.Sql, r => (ResourceStore.Read(r), page.KeyKind is { } kind ? Key(r, ResourceStore.ColumnCount, kind) : null), cancel, page.Parameters);
    }

    private static async Task<long> TotalAsync(Session session, PageSql sql, CancellationToken cancel)
    {
        var total = sql.Total();
        return await session.FirstAsync(total.Sql, r => r.GetInt64(0), cancel, total.Parameters);
    }

    private static string? Key(DbDataReader r, int column, ScalarKind kind)
    {
        if (r.IsDBNull(column))
            return null;
        return kind switch
        {
            ScalarKind.Text => r.GetString(column),
            ScalarKind.Boolean => r.GetBoolean(column) ? "true" : "false",
            _ => Convert.ToString(r.GetValue(column), CultureInfo.InvariantCulture),
        };
    }
}
