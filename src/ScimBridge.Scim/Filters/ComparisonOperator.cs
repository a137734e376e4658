namespace ScimBridge.Scim.Filters;

/// <summary>The operators that compare an attribute with a value (RFC 7644 3.4.2.2, table 3).</summary>
public enum ComparisonOperator
{
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
    GreaterThan,
    GreaterThanOrEqual,
    LessThan,
    LessThanOrEqual,
}
