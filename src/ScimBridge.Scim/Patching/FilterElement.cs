using System.Text.Json.Nodes;
using ScimBridge.Scim.Filters;

namespace ScimBridge.Scim.Patching;

/// <summary>The value that a filter describes: what <c>type eq "work" and primary eq true</c> says of an element that is not there yet.</summary>
internal static class FilterElement
{
    /// <summary>The element, or null where the filter does more than to name values.</summary>
    public static JsonObject? From(Filter filter)
    {
        var element = new JsonObject();
        return Collect(filter, element) ? element : null;
    }

    private static bool Collect(Filter filter, JsonObject element)
    {
        switch (filter)
        {
            case And and:
                return Collect(and.Left, element) && Collect(and.Right, element);
            case Comparison { Operator: ComparisonOperator.Equal } equal:
                element[equal.Path.Leaf.Name] = equal is { Value: CanonicalText, Written: { } text } ? text : equal.Value.ToJson();
                return true;

            // primary eq false, which is the absence of true.
            case Comparison { Operator: ComparisonOperator.NotEqual, Value: CanonicalBoolean { Value: true }, Path.Leaf.Name: "primary" }:
                return true;
            default:
                return false;
        }
    }
}
