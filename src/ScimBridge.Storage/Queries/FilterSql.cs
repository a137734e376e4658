using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Storage.Queries;

/// <summary>
/// Turns a filter into a condition on the resource that the statement calls <c>r</c>, with the meaning that <see cref="FilterEvaluator"/>
/// gives it. Every part of the condition is true or false, never null, so that <c>not</c> means what it says.
/// </summary>
internal sealed class FilterSql(Statement statement, Places places, ResourceType type)
{
    /// <summary>The condition that the resource satisfies the filter.</summary>
    public string Condition(Filter filter) => filter switch
    {
        And and => $"({Condition(and.Left)} AND {Condition(and.Right)})",
        Or or => $"({Condition(or.Left)} OR {Condition(or.Right)})",
        Not not => $"NOT ({Condition(not.Operand)})",
        Comparison comparison => Compare(places.Of(type, comparison.Path), comparison.Path.SubAttribute, comparison),
        Present present => Present(places.Of(type, present.Path), present.Path.Attribute, present.Path.SubAttribute),
        ValueFilter value => Within(places.Of(type, value.Path), value.Inner),
        Constant constant => constant.Value ? "true" : "false",
        _ => throw new ArgumentException($"There is no filter {filter.GetType().Name}.", nameof(filter)),
    };

    /// <summary>Any element may satisfy the comparison; what has no element at all satisfies <c>ne</c>.</summary>
    private string Compare(Place place, AttributeDefinition? sub, Comparison comparison)
    {
        switch (place)
        {
            case ScalarPlace scalar:
                return ComparisonSql.Of(statement, scalar, comparison.Operator, comparison.Value);
            case ComplexPlace complex:
                return Compare(complex.Of(comparison.Path.Leaf), sub: null, comparison);
            default:
                var rows = (RowsPlace)place;
                var any = Any(rows, Compare(rows.Of(sub), sub: null, comparison));
                return comparison.Operator == ComparisonOperator.NotEqual ? $"(NOT {Any(rows, "true")} OR {any})" : any;
        }
    }

    private static string Present(Place place, AttributeDefinition attribute, AttributeDefinition? sub)
    {
        switch (place)
        {
            case ScalarPlace scalar:
                return ComparisonSql.Present(scalar);
            case ComplexPlace complex:
                return PresentIn(complex.Of, attribute, sub);
            default:
                var rows = (RowsPlace)place;
                return Any(rows, attribute.IsComplex ? PresentIn(rows.Of, attribute, sub) : Present(rows.Of(null), attribute, sub: null));
        }
    }

    /// <summary>A complex value is present if one of its sub-attributes is.</summary>
    private static string PresentIn(Func<AttributeDefinition, Place> of, AttributeDefinition attribute, AttributeDefinition? sub) =>
        sub is not null
            ? Present(of(sub), sub, sub: null)
            : "(" + string.Join(" OR ", attribute.SubAttributes.Select(s => Present(of(s), s, sub: null))) + ")";

    private string Within(Place place, Filter inner) => place switch
    {
        ComplexPlace complex => $"({complex.Exists} AND {InElement(inner, complex.Of)})",
        RowsPlace rows => Any(rows, InElement(inner, rows.Of)),
        _ => throw new ArgumentException("Only complex attributes take a filter in brackets.", nameof(place)),
    };

    private string InElement(Filter filter, Func<AttributeDefinition, Place> of) => filter switch
    {
        And and => $"({InElement(and.Left, of)} AND {InElement(and.Right, of)})",
        Or or => $"({InElement(or.Left, of)} OR {InElement(or.Right, of)})",
        Not not => $"NOT ({InElement(not.Operand, of)})",
        Comparison comparison => Compare(of(comparison.Path.Leaf), sub: null, comparison),
        Present present => Present(of(present.Path.Leaf), present.Path.Leaf, sub: null),
        Constant constant => constant.Value ? "true" : "false",
        _ => throw new ArgumentException($"There is no filter {filter.GetType().Name} within brackets.", nameof(filter)),
    };

    private static string Any(RowsPlace rows, string condition) => $"EXISTS (SELECT 1 FROM {rows.From} WHERE {rows.Where} AND {condition})";
}
