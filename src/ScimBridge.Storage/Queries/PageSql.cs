using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Storage.Queries;

/// <summary>The statements of a query. A page is cut out of an index or another narrow list of ids first, and its bodies are read last.</summary>
internal sealed class PageSql
{
    private readonly ResourceQuery _query;
    private readonly Dialect _dialect;
    private readonly List<ResourceSelection> _selections;
    private readonly bool _sorted;

    public PageSql(ResourceQuery query, Dialect dialect)
    {
        _query = query;
        _dialect = dialect;
        _selections = [.. query.Selections
            .Where(s => s.Filter is not Constant { Value: false })
            .Select(s => s.Filter is Constant ? s with { Filter = null } : s)];
        _sorted = _selections.Exists(s => s.SortBy is { } path && path.Attribute != CommonAttributes.Id);
    }

    /// <summary>Whether nothing can match.</summary>
    public bool IsEmpty => _selections.Count == 0;

    private bool Descending => _query.Descending && _selections.Exists(s => s.SortBy is not null);

    private long Offset => _query.After is null && _query.StartIndex > 1 ? _query.StartIndex - 1 : 0;

    // One resource more, to see whether there is a next page.
    private long Limit => _query.Count + 1L;

    /// <summary>The statement of the page: resources, and their keys after the last column where the order is not that of ids.</summary>
    public PageStatement Page()
    {
        var statement = new Statement(_dialect);
        var (ids, order, keyKind) = _sorted ? Sorted(statement) : ById(statement);
        var limit = statement.Parameter(Limit);
        var offset = Offset > 0 ? " OFFSET " + statement.Parameter(Offset) : "";
        var key = order.ByKey ? ", p.sort_key" : "";
        var sql = $"SELECT r.id, r.type, r.version, r.created_at, r.modified_at, r.body, r.origin{key} FROM ({ids} ORDER BY {order.Of("i")} LIMIT {limit}{offset}) AS p " +
            $"CROSS JOIN resource AS r WHERE r.id = p.id ORDER BY {order.Of("p")}";
        return new PageStatement(sql, statement.Parameters, keyKind);
    }

    /// <summary>The statement of the number of all matches.</summary>
    public PageStatement Total()
    {
        var statement = new Statement(_dialect);
        var counts = Branches(statement).Select((b, i) => $"(SELECT count(*) FROM ({b.Sql(sortKey: null, position: null)}) AS n{i})");
        return new PageStatement("SELECT " + string.Join(" + ", counts), statement.Parameters, KeyKind: null);
    }

    private static string Union(IEnumerable<string> branches) => string.Join(" UNION ALL ", branches);

    private IEnumerable<BranchSql> Branches(Statement statement) => _selections.Select(s => new BranchSql(statement, _query, s));

    private (string Sql, SortOrder Order, ScalarKind? KeyKind) ById(Statement statement)
    {
        var order = new SortOrder(Descending, ByKey: false, Optional: false);
        var position = _query.After is { } after ? order.AfterId(after, statement) : null;
        var branches = Branches(statement).Select(b => b.Sql(sortKey: null, position)).ToList();
        if (branches.Count > 1)
        {
            // No branch gives more than the page reaches to; each is read in the order of its index then, and they are merged.
            var reach = statement.Parameter(Offset + Limit);
            branches = [.. branches.Select((b, i) => $"SELECT b{i}.id FROM ({b} ORDER BY {order.Of("")} LIMIT {reach}) AS b{i}")];
        }

        return ($"SELECT i.id FROM ({Union(branches)}) AS i", order, null);
    }

    private (string Sql, SortOrder Order, ScalarKind? KeyKind) Sorted(Statement statement)
    {
        var branches = _selections.Select(s => (Sql: new BranchSql(statement, _query, s), s.SortBy)).ToList();
        var keys = branches.ConvertAll(b => b.SortBy is null ? null : b.Sql.SortKey(b.SortBy));
        var kind = keys.First(k => k is not null)!.Kind;
        // In a type whose attribute is missing or of another kind, nothing has a value.
        var missing = $"CAST(NULL AS {TypeOf(kind)})";
        var fitting = keys.ConvertAll(k => k?.Kind == kind ? k : new ScalarPlace(missing, kind));
        var order = new SortOrder(Descending, ByKey: true, fitting.Exists(k => k.Optional));
        var position = _query.After is { } after ? " WHERE " + order.After("i", after, kind, statement) : "";
        var union = Union(branches.Select((b, i) => b.Sql.Sql(fitting[i].Sql, position: null)));
        return ($"SELECT i.id, i.sort_key FROM ({union}) AS i{position}", order, kind);
    }

    private static string TypeOf(ScalarKind kind) => kind switch
    {
        ScalarKind.Number => "numeric",
        ScalarKind.Boolean => "boolean",
        ScalarKind.Instant => "bigint",
        _ => "text",
    };
}
