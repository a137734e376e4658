namespace ScimBridge.Scim.Filters;

/// <summary>The spelling of the operators; they match in any case (RFC 7644 3.4.2.2).</summary>
internal static class OperatorNames
{
    private static readonly (string Name, ComparisonOperator Operator)[] Names =
    [
        ("eq", ComparisonOperator.Equal),
        ("ne", ComparisonOperator.NotEqual),
        ("co", ComparisonOperator.Contains),
        ("sw", ComparisonOperator.StartsWith),
        ("ew", ComparisonOperator.EndsWith),
        ("gt", ComparisonOperator.GreaterThan),
        ("ge", ComparisonOperator.GreaterThanOrEqual),
        ("lt", ComparisonOperator.LessThan),
        ("le", ComparisonOperator.LessThanOrEqual),
    ];

    public static string Of(ComparisonOperator comparison) => Names[(int)comparison].Name;

    public static ComparisonOperator? Find(string name)
    {
        foreach (var (spelling, comparison) in Names)
        {
            if (string.Equals(spelling, name, StringComparison.OrdinalIgnoreCase))
            {
                return comparison;
            }
        }

        return null;
    }
}
