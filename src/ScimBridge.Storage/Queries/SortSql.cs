namespace ScimBridge.Storage.Queries;

/// <summary>The expression by which resources are sorted: of several values the primary one, else the first (RFC 7644 3.4.2.3).</summary>
internal static class SortSql
{
    /// <summary>The value to sort by at a place, of its sub-attribute where there is one.</summary>
    public static ScalarPlace Of(Place place, Scim.Schemas.AttributePath path) => Of(place, path.Attribute, path.SubAttribute);

    private static ScalarPlace Of(Place place, Scim.Schemas.AttributeDefinition attribute, Scim.Schemas.AttributeDefinition? sub)
    {
        switch (place)
        {
            case ScalarPlace scalar:
                return scalar;
            case ComplexPlace complex:
                return Of(complex.Of(sub!), sub!, sub: null);
            default:
                var rows = (RowsPlace)place;
                var value = sub is null ? Of(rows.Of(null), attribute, sub: null) : Of(rows.Of(sub), sub, sub: null);
                var primary = sub is not null && attribute.FindSubAttribute("primary") is { } flag && rows.Of(flag) is ScalarPlace isPrimary
                    ? $"CASE WHEN {isPrimary.Sql} THEN 0 ELSE 1 END, "
                    : "";
                return new ScalarPlace($"(SELECT {value.Sql} FROM {rows.From} WHERE {rows.Where} ORDER BY {primary}{rows.Order} LIMIT 1)", value.Kind);
        }
    }
}
