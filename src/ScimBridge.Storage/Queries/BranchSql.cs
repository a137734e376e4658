using ScimBridge.Scim.Schemas;

namespace ScimBridge.Storage.Queries;

/// <summary>
/// The ids of the resources of one type that satisfy a filter. It begins at an index where one serves; the resources themselves are
/// looked at only where the index leaves something open.
/// </summary>
internal sealed class BranchSql
{
    private readonly List<string> _conditions = [];
    private readonly ResourceType _type;
    private readonly Places _places;
    private readonly Candidates? _candidates;

    public BranchSql(Statement statement, ResourceQuery query, ResourceSelection selection)
    {
        _type = selection.Type;
        _places = new Places(statement, query.Catalog, query.BaseUrl);
        var rest = selection.Filter;
        if (rest is not null && new CandidateSql(statement, _type).Of(rest) is { } candidates)
        {
            _candidates = candidates;
            rest = candidates.Rest;
        }

        if (rest is not null)
            _conditions.Add(new FilterSql(statement, _places, _type).Condition(rest));
    }

    /// <summary>The value to sort by.</summary>
    public ScalarPlace SortKey(AttributePath path) => SortSql.Of(_places.Of(_type, path), path);

    /// <summary>The statement: <c>id</c>, and <c>sort_key</c> where one is asked for.</summary>
    /// <param name="sortKey">The expression to sort by, or null.</param>
    /// <param name="position">The condition on ids that the page sets, to stand after the id; null for none.</param>
    public string Sql(string? sortKey, string? position)
    {
        var id = _candidates is null ? "r.id" : "c.id";
        var conditions = new List<string>(_conditions);
        string from;
        if (_candidates is { OfType: true, Rest: null } && sortKey is null)
        {
            from = $"({_candidates.Sql}) AS c";
        }
        else
        {
            // CROSS JOIN: SQLite keeps the order, and so begins at the index.
            from = _candidates is null ? "resource AS r" : $"({_candidates.Sql}) AS c CROSS JOIN resource AS r";
            if (_candidates is not null)
                conditions.Insert(0, "r.id = c.id");
            conditions.Insert(0, $"r.type = {Statement.Literal(_type.Name)}");
        }

        if (position is not null)
            conditions.Add(id + position);
        var columns = sortKey is null ? $"{id} AS id" : $"{id} AS id, {sortKey} AS sort_key";
        return $"SELECT {columns} FROM {from}" + (conditions.Count == 0 ? "" : " WHERE " + string.Join(" AND ", conditions));
    }
}
