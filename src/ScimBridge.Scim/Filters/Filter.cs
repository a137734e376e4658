using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Filters;

/// <summary>
/// A filter bound to the schema of one resource type (RFC 7644 3.4.2.2). Two-valued: a comparison with an attribute that has
/// no value is true for <c>ne</c> and false for every other operator, never unknown.
/// <see cref="object.ToString"/> gives the canonical text of the filter.
/// </summary>
public abstract record Filter
{
    private protected Filter()
    {
    }

    /// <summary>Every attribute that the filter looks at.</summary>
    public IEnumerable<AttributePath> Paths() => this switch
    {
        And and => and.Left.Paths().Concat(and.Right.Paths()),
        Or or => or.Left.Paths().Concat(or.Right.Paths()),
        Not not => not.Operand.Paths(),
        Comparison comparison => [comparison.Path],
        Present present => [present.Path],
        ValueFilter value => value.Inner.Paths(),
        _ => [],
    };
}

/// <summary>Both hold.</summary>
public sealed record And(Filter Left, Filter Right) : Filter
{
    public override string ToString() => $"{Side(Left)} and {Side(Right)}";

    private static string Side(Filter filter) => filter is Or or And ? $"({filter})" : filter.ToString();
}

/// <summary>One or the other holds.</summary>
public sealed record Or(Filter Left, Filter Right) : Filter
{
    public override string ToString() => $"{Side(Left)} or {Side(Right)}";

    private static string Side(Filter filter) => filter is Or ? $"({filter})" : filter.ToString();
}

/// <summary>The operand does not hold.</summary>
public sealed record Not(Filter Operand) : Filter
{
    public override string ToString() => $"not ({Operand})";
}

/// <summary>
/// An attribute compared with a value. The value is canonical (<see cref="Canonical"/>) and of the type of the attribute,
/// so it compares binary with what a search document holds. For a multi-valued attribute the comparison holds if any
/// element satisfies it (an element without the sub-attribute satisfies <c>ne</c>); without any element <c>ne</c> holds.
/// </summary>
public sealed record Comparison(AttributePath Path, ComparisonOperator Operator, CanonicalValue Value) : Filter
{
    /// <summary>The text as the client wrote it, for an element that a PATCH creates from its filter; no part of equality.</summary>
    internal string? Written { get; init; }

    public bool Equals(Comparison? other) =>
        other is not null && Path.Equals(other.Path) && Operator == other.Operator && Value == other.Value;

    public override int GetHashCode() => HashCode.Combine(Path, Operator, Value);

    public override string ToString() => $"{Path} {OperatorNames.Of(Operator)} {Value}";
}

/// <summary>
/// The attribute has a value that is not the empty string; a complex one has such a sub-attribute, a multi-valued one such
/// an element (RFC 7644 3.4.2.2, <c>pr</c>).
/// </summary>
public sealed record Present(AttributePath Path) : Filter
{
    public override string ToString() => $"{Path} pr";
}

/// <summary>
/// One element of a complex attribute satisfies the whole inner filter (<c>emails[type eq "work" and value co "@x"]</c>).
/// The paths within begin at the resource as everywhere; their sub-attribute is what the element is asked for.
/// </summary>
public sealed record ValueFilter(AttributePath Path, Filter Inner) : Filter
{
    public override string ToString() => $"{Path}[{InnerText(Inner)}]";

    private static string InnerText(Filter filter) => filter switch
    {
        And and => $"({InnerText(and.Left)}) and ({InnerText(and.Right)})",
        Or or => $"({InnerText(or.Left)}) or ({InnerText(or.Right)})",
        Not not => $"not ({InnerText(not.Operand)})",
        Comparison comparison => $"{comparison.Path.Leaf.Name} {OperatorNames.Of(comparison.Operator)} {comparison.Value}",
        Present present => $"{present.Path.Leaf.Name} pr",
        _ => filter.ToString(),
    };
}

/// <summary>Holds always or never: what is left of an attribute that a resource type does not have (RFC 7644 3.4.2.1).</summary>
public sealed record Constant(bool Value) : Filter
{
    public override string ToString() => Value ? "true" : "false";
}
