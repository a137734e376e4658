using System.Text.Json;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Filters;

/// <summary>Gives the names and values of a filter their meaning in a schema, and refuses what has none.</summary>
internal sealed record FilterBinder(ResourceType Type, ClientProfile Profile, bool UnknownIsNoValue, bool InUrl)
{
    public static Filter And(Filter left, Filter right) => (left, right) switch
    {
        (Constant { Value: true }, _) => right,
        (_, Constant { Value: true }) => left,
        (Constant, _) => left,
        (_, Constant) => right,
        _ => new And(left, right),
    };

    public static Filter Or(Filter left, Filter right) => (left, right) switch
    {
        (Constant { Value: false }, _) => right,
        (_, Constant { Value: false }) => left,
        (Constant, _) => left,
        (_, Constant) => right,
        _ => new Or(left, right),
    };

    public static Filter Not(Filter operand) => operand is Constant constant ? new Constant(!constant.Value) : new Not(operand);

    public static Filter Present(BoundPath bound) => bound.Path is { } path ? new Present(path) : new Constant(false);

    public static Filter Within(BoundPath bound, Filter inner) => bound.Path is { } path ? new ValueFilter(path, inner) : new Constant(false);

    /// <summary>Binds a name; within brackets it is a sub-attribute of the attribute before them.</summary>
    public BoundPath Path(string name, BoundPath? scope)
    {
        if (scope is not null)
        {
            return scope.Path is not { } parent ? scope
                : parent.Attribute.FindSubAttribute(name) is { } sub ? new BoundPath(Readable(parent.To(sub)), InElement: true)
                : throw Fault($"{parent} has no sub-attribute \"{Shown(name)}\".");
        }

        var resolved = PathResolution.Of(name, Type, Profile.Allows(UnqualifiedExtensionNames.Quirk));
        if (resolved.Path is { } path)
        {
            return new BoundPath(Readable(path), InElement: false);
        }

        return UnknownIsNoValue && resolved.Schema is null
            ? new BoundPath(Path: null, InElement: false)
            : throw Fault($"{Type.Name} has no attribute \"{Shown(name)}\".");
    }

    public void CheckValuePath(BoundPath bound)
    {
        if (bound.Path is { } path && (!path.Attribute.IsComplex || path.SubAttribute is not null))
        {
            throw Fault($"{path} is not a complex attribute, so it takes no filter in brackets.");
        }
    }

    public Filter Compare(BoundPath bound, ComparisonOperator comparison, FilterToken token)
    {
        if (bound.Path is not { } path)
        {
            return new Constant(comparison == (IsNull(token) ? ComparisonOperator.Equal : ComparisonOperator.NotEqual));
        }

        if (IsNull(token))
        {
            return comparison switch
            {
                ComparisonOperator.Equal => new Not(new Present(path)),
                ComparisonOperator.NotEqual => new Present(path),
                _ => throw Fault("null can be compared by eq and ne only."),
            };
        }

        if (path.Leaf.IsComplex)
        {
            // emails co "x" means emails.value co "x", as in the RFC's examples; likewise members and manager.
            path = path.Leaf.FindSubAttribute("value") is { } value
                ? path.To(value)
                : throw Fault($"{path} is complex and can be compared by its sub-attributes only.");
        }

        CheckOperator(path, comparison);
        var literal = FilterLiteral.Read(token, path.Leaf, Profile)
            ?? throw Fault($"{path} is compared with {token}, which is no {CharacteristicNames.Of(path.Leaf.Type)}.");
        return PrimaryIsFalseByDefault(path, bound.InElement, comparison, literal) ?? new Comparison(path, comparison, literal) { Written = token.Text };
    }

    /// <summary>
    /// An absent <c>primary</c> means false (RFC 7643 2.4), so that what is asked for is the absence of true.
    /// </summary>
    private static Filter? PrimaryIsFalseByDefault(
        AttributePath path, bool inElement, ComparisonOperator comparison, CanonicalValue literal)
    {
        if (literal is not CanonicalBoolean { Value: false } || path is not { Attribute.MultiValued: true, SubAttribute.Name: "primary" })
        {
            return null;
        }

        var isTrue = new CanonicalBoolean(true);
        if (comparison == ComparisonOperator.NotEqual)
        {
            return new Comparison(path, ComparisonOperator.Equal, isTrue);
        }

        var isNotTrue = new Comparison(path, ComparisonOperator.NotEqual, isTrue);
        return inElement ? isNotTrue : new ValueFilter(path.Parent, isNotTrue);
    }

    private static bool IsNull(FilterToken token) =>
        token.Kind == FilterTokenKind.Word && string.Equals(token.Text, "null", StringComparison.Ordinal);

    private static void CheckOperator(AttributePath path, ComparisonOperator comparison)
    {
        var type = path.Leaf.Type;
        var fits = comparison switch
        {
            ComparisonOperator.Equal or ComparisonOperator.NotEqual => true,
            ComparisonOperator.Contains or ComparisonOperator.StartsWith or ComparisonOperator.EndsWith =>
                type is AttributeType.String or AttributeType.Reference,
            _ => type is not (AttributeType.Boolean or AttributeType.Binary),
        };
        if (!fits)
        {
            throw Fault($"{path} is of type {CharacteristicNames.Of(type)}, which {OperatorNames.Of(comparison)} does not apply to.");
        }
    }

    private AttributePath Readable(AttributePath path)
    {
        if (path.Attribute.Returned != Returned.Never && path.Leaf.Returned != Returned.Never)
        {
            return path;
        }

        var detail = $"{path} cannot be filtered by.";
        throw (InUrl ? ScimError.Sensitive(detail) : ScimError.InvalidFilter(detail)).AsException();
    }

    private static string Shown(string name) => name.Length > 100 ? JsonEncodedText.Encode(name[..100]) + "..." : name;

    private static ScimException Fault(string detail) => ScimError.InvalidFilter(detail).AsException();
}
