using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Filters;

/// <summary>Whether a resource satisfies a filter (RFC 7644 3.4.2.2): the meaning that the databases must reproduce.</summary>
public static class FilterEvaluator
{
    /// <param name="filter">A filter for the type of the resource.</param>
    /// <param name="resource">The full representation (or a search document) in the spelling of the schema.</param>
    public static bool Matches(Filter filter, JsonObject resource) => filter switch
    {
        And and => Matches(and.Left, resource) && Matches(and.Right, resource),
        Or or => Matches(or.Left, resource) || Matches(or.Right, resource),
        Not not => !Matches(not.Operand, resource),
        Comparison comparison => Compare(comparison, resource),
        Present present => IsPresent(present.Path, resource),
        ValueFilter value => Elements(Node(value.Path, resource)).Any(e => e is JsonObject element && MatchesElement(value.Inner, element)),
        Constant constant => constant.Value,
        _ => throw new ArgumentException($"There is no filter {filter.GetType().Name}.", nameof(filter)),
    };

    /// <summary>Whether one element of a complex attribute satisfies the filter that stood in brackets.</summary>
    public static bool MatchesElement(Filter filter, JsonObject element) => filter switch
    {
        And and => MatchesElement(and.Left, element) && MatchesElement(and.Right, element),
        Or or => MatchesElement(or.Left, element) || MatchesElement(or.Right, element),
        Not not => !MatchesElement(not.Operand, element),
        Comparison comparison => Holds(element[comparison.Path.Leaf.Name], comparison),
        Present present => HasValue(element[present.Path.Leaf.Name]),
        Constant constant => constant.Value,
        _ => throw new ArgumentException($"There is no filter {filter.GetType().Name}.", nameof(filter)),
    };

    private static bool Compare(Comparison comparison, JsonObject resource)
    {
        var node = Node(comparison.Path, resource);
        if (comparison.Path.SubAttribute is not { } sub)
        {
            return Holds(node, comparison);
        }

        var any = false;
        foreach (var element in Elements(node))
        {
            any = true;
            if (Holds((element as JsonObject)?[sub.Name], comparison))
            {
                return true;
            }
        }

        return !any && comparison.Operator == ComparisonOperator.NotEqual;
    }

    /// <summary>Whether the value, or any of an array of values, satisfies the comparison.</summary>
    private static bool Holds(JsonNode? node, Comparison comparison)
    {
        var any = false;
        foreach (var element in Elements(node))
        {
            if (Canonical.Of(element, comparison.Path.Leaf) is not { } value)
            {
                continue;
            }

            any = true;
            if (Holds(value, comparison.Operator, comparison.Value))
            {
                return true;
            }
        }

        return !any && comparison.Operator == ComparisonOperator.NotEqual;
    }

    private static bool Holds(CanonicalValue value, ComparisonOperator comparison, CanonicalValue literal) => comparison switch
    {
        ComparisonOperator.Equal => value == literal,
        ComparisonOperator.NotEqual => value != literal,
        ComparisonOperator.Contains => Text(value).Contains(Text(literal), StringComparison.Ordinal),
        ComparisonOperator.StartsWith => Text(value).StartsWith(Text(literal), StringComparison.Ordinal),
        ComparisonOperator.EndsWith => Text(value).EndsWith(Text(literal), StringComparison.Ordinal),
        ComparisonOperator.GreaterThan => Canonical.Compare(value, literal) > 0,
        ComparisonOperator.GreaterThanOrEqual => Canonical.Compare(value, literal) >= 0,
        ComparisonOperator.LessThan => Canonical.Compare(value, literal) < 0,
        _ => Canonical.Compare(value, literal) <= 0,
    };

    private static string Text(CanonicalValue value) => ((CanonicalText)value).Value;

    private static bool IsPresent(AttributePath path, JsonObject resource)
    {
        var node = Node(path, resource);
        return path.SubAttribute is { } sub
            ? Elements(node).Any(e => e is JsonObject element && HasValue(element[sub.Name]))
            : HasValue(node);
    }

    private static bool HasValue(JsonNode? node) => node switch
    {
        null => false,
        JsonObject complex => complex.Any(member => HasValue(member.Value)),
        JsonArray array => array.Any(HasValue),
        _ => node.GetValueKind() != JsonValueKind.String || node.GetValue<string>().Length > 0,
    };

    private static JsonNode? Node(AttributePath path, JsonObject resource)
    {
        var container = path.Schema is null ? resource : resource[path.Schema] as JsonObject;
        return container?[path.Attribute.Name];
    }

    private static IEnumerable<JsonNode?> Elements(JsonNode? node) =>
        node is JsonArray array ? array : Enumerable.Repeat(node, node is null ? 0 : 1);
}
