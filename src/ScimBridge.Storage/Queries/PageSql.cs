using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Storage.Queries;

/// <summary>The statements of a query. A page is cut out of an index or another narrow list of ids first, and its bodies are read last.</summary>
internal sealed class PageSql
{
    private readonly ResourceQuery _query;
    private readonly Dialect _dialect;
    private readonly List<ResourceSelection> _selections;

    public PageSql(ResourceQuery query, Dialect dialect)
    {
        _query = query;
        _dialect = dialect;
        _selections = [.. query.Selections
            .Where(s => s.Filter is not Constant { Value: false })
            .Select(s => s.Filter is Constant ? s with { Filter = null } : s)];
        IsSorted = _selections.Exists(s => s.SortBy is { } path && path.Attribute != CommonAttributes.Id);
    }

    /// <summary>Whether nothing can match.</summary>
    public bool IsEmpty => _selections.Count == 0;

    /// <summary>Whether the order is another than that of ids, so that positions have a key and rows have one after the last column.</summary>
    public bool IsSorted { get; }

    /// <summary>How the keys are compared, once <see cref="Page"/> was called.</summary>
    public ScalarKind KeyKind { get; private set; }

    private bool Descending => _query.Descending && _selections.Exists(s => s.SortBy is not null);

    /// <summary>The statement of the page, and one resource more to see whether there is a next page.</summary>
    public (string Sql, (string Name, object? Value)[] Parameters) Page()
    {
        var statement = new Statement(_dialect);
        var ids = IsSorted ? Sorted(statement) : ById(statement);
        var limit = statement.Parameter(_query.Count + 1L);
        var offset = _query.After is null && _query.StartIndex > 1 ? " OFFSET " + statement.Parameter(_query.StartIndex - 1) : "";
        var key = IsSorted ? ", p.sort_key" : "";
        var sql = $"SELECT r.id, r.type, r.version, r.created_at, r.modified_at, r.body{key} FROM ({ids.Sql} ORDER BY {ids.Order.Of("i")} LIMIT {limit}{offset}) AS p " +
            $"CROSS JOIN resource AS r WHERE r.id = p.id ORDER BY {ids.Order.Of("p")}";
        return (sql, statement.Parameters);
    }

    /// <summary>The statement of the number of all matches.</summary>
    public (string Sql, (string Name, object? Value)[] Parameters) Total()
    {
        var statement = new Statement(_dialect);
        return ($"SELECT count(*) FROM ({Union(Branches(statement).Select(b => b.Sql(sortKey: null, position: null)))}) AS i", statement.Parameters);
    }

    private static string Union(IEnumerable<string> branches) => string.Join(" UNION ALL ", branches);

    private IEnumerable<BranchSql> Branches(Statement statement) => _selections.Select(s => new BranchSql(statement, _query, s));

    private (string Sql, SortOrder Order) ById(Statement statement)
    {
        var order = new SortOrder(Descending, ByKey: false, Optional: false);
        var position = _query.After is { } after ? order.AfterId(after, statement) : null;
        return ($"SELECT i.id FROM ({Union(Branches(statement).Select(b => b.Sql(sortKey: null, position)))}) AS i", order);
    }

    private (string Sql, SortOrder Order) Sorted(Statement statement)
    {
        var branches = _selections.Select(s => (Sql: new BranchSql(statement, _query, s), s.SortBy)).ToList();
        var keys = branches.ConvertAll(b => b.SortBy is null ? null : b.Sql.SortKey(b.SortBy));
        KeyKind = keys.First(k => k is not null)!.Kind;
        // In a type whose attribute is missing or of another kind, nothing has a value.
        var missing = $"CAST(NULL AS {TypeOf(KeyKind)})";
        var fitting = keys.ConvertAll(k => k?.Kind == KeyKind ? k : new ScalarPlace(missing, KeyKind));
        var order = new SortOrder(Descending, ByKey: true, fitting.Exists(k => k.Optional));
        var position = _query.After is { } after ? " WHERE " + order.After("i", after, KeyKind, statement) : "";
        var union = Union(branches.Select((b, i) => b.Sql.Sql(fitting[i].Sql, position: null)));
        return ($"SELECT i.id, i.sort_key FROM ({union}) AS i{position}", order);
    }

    private static string TypeOf(ScalarKind kind) => kind switch
    {
        ScalarKind.Number => "numeric",
        ScalarKind.Boolean => "boolean",
        ScalarKind.Instant => "bigint",
        _ => "text",
    };
}
