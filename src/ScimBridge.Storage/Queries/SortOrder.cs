using System.Globalization;

namespace ScimBridge.Storage.Queries;

/// <summary>An order by key and, among equals, by id: without a key last when ascending and first when descending (RFC 7644 3.4.2.3).</summary>
/// <param name="Descending">Whether the order is reversed, that of the ids among equals too.</param>
/// <param name="ByKey">Whether there is a key; otherwise the order is that of the ids.</param>
/// <param name="Optional">Whether a key can be missing.</param>
internal sealed record SortOrder(bool Descending, bool ByKey, bool Optional)
{
    private string Beyond => Descending ? "<" : ">";

    /// <summary>What follows ORDER BY, of the rows of a table; of the columns of the statement itself where it is empty.</summary>
    public string Of(string table)
    {
        var prefix = table.Length > 0 ? table + "." : "";
        var direction = Descending ? " DESC" : "";
        // Where it must not be null the words are left out: they keep SQLite from an index that is in order.
        var nulls = !Optional ? "" : Descending ? " NULLS FIRST" : " NULLS LAST";
        return (ByKey ? $"{prefix}sort_key{direction}{nulls}, " : "") + $"{prefix}id{direction}";
    }

    /// <summary>What follows an id, as a condition that it comes after the position.</summary>
    public string AfterId(PagePosition position, Statement statement) => $" {Beyond} {statement.Parameter(position.Id)}";

    /// <summary>The condition that a row of a table, with its key, comes after the position.</summary>
    public string After(string table, PagePosition position, ScalarKind kind, Statement statement)
    {
        var id = table + ".id" + AfterId(position, statement);
        if (position.Key is null)
            return Descending ? $"({table}.sort_key IS NOT NULL OR {id})" : $"({table}.sort_key IS NULL AND {id})";
        var key = statement.Parameter(Value(position.Key, kind, statement.Dialect));
        var after = $"{table}.sort_key {Beyond} {key} OR ({table}.sort_key = {key} AND {id})";
        return Descending || !Optional ? $"({after})" : $"({after} OR {table}.sort_key IS NULL)";
    }

    private static object Value(string key, ScalarKind kind, Dialect dialect) => kind switch
    {
        ScalarKind.Number => dialect.NumberParameter(decimal.Parse(key, NumberStyles.Float, CultureInfo.InvariantCulture)),
        ScalarKind.Boolean => key is "true",
        ScalarKind.Instant => long.Parse(key, CultureInfo.InvariantCulture),
        _ => key,
    };
}
