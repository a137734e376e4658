using ScimBridge.Scim.Filters;

namespace ScimBridge.Storage.Queries;

/// <summary>An expression compared with a value: always true or false, never null.</summary>
internal static class ComparisonSql
{
    /// <summary>The condition that the expression compares so with the value.</summary>
    public static string Of(Statement statement, ScalarPlace place, ComparisonOperator comparison, CanonicalValue literal) =>
        place.Kind == ScalarKind.Instant
            ? InstantComparison.Of(place.Sql, comparison, (CanonicalText)literal, statement)
            : Compare(place, comparison, statement.Parameter(ValueOf(literal, statement.Dialect)), statement.Dialect);

    /// <summary>The condition that there is a value, and not the empty text.</summary>
    public static string Present(ScalarPlace place) => (place.Optional, place.Kind) switch
    {
        (false, _) => "true",
        (true, ScalarKind.Text) => $"coalesce({place.Sql} <> '', false)",
        _ => $"{place.Sql} IS NOT NULL",
    };

    private static object ValueOf(CanonicalValue literal, Dialect dialect) => literal switch
    {
        CanonicalText text => text.Value,
        CanonicalNumber number => dialect.NumberParameter(number.Value),
        CanonicalBoolean boolean => boolean.Value,
        _ => throw new ArgumentException($"There is no value {literal.GetType().Name}.", nameof(literal)),
    };

    private static string Compare(ScalarPlace place, ComparisonOperator comparison, string value, Dialect dialect)
    {
        var sql = place.Sql;
        return comparison switch
        {
            ComparisonOperator.Equal => place.Optional ? $"{sql} IS NOT DISTINCT FROM {value}" : $"{sql} = {value}",
            ComparisonOperator.NotEqual => place.Optional ? $"{sql} IS DISTINCT FROM {value}" : $"{sql} <> {value}",
            _ => place.Optional ? $"coalesce({Holds(sql, comparison, value, dialect)}, false)" : Holds(sql, comparison, value, dialect),
        };
    }

    private static string Holds(string sql, ComparisonOperator comparison, string value, Dialect dialect) => comparison switch
    {
        ComparisonOperator.Contains => $"{dialect.Position}({sql}, {value}) > 0",
        ComparisonOperator.StartsWith => $"substr({sql}, 1, length({value})) = {value}",
        // Where the text is the shorter one, neither database cuts out anything that is as long as the value.
        ComparisonOperator.EndsWith => $"substr({sql}, length({sql}) - length({value}) + 1) = {value}",
        ComparisonOperator.GreaterThan => $"{sql} > {value}",
        ComparisonOperator.GreaterThanOrEqual => $"{sql} >= {value}",
        ComparisonOperator.LessThan => $"{sql} < {value}",
        ComparisonOperator.LessThanOrEqual => $"{sql} <= {value}",
        _ => throw new ArgumentException($"{comparison} is no comparison of a text or an order.", nameof(comparison)),
    };
}
