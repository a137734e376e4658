using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.ScimTarget.Filters;

/// <summary>One comparison <c>attribute eq value</c>; the value is JSON.</summary>
internal sealed record FilterTerm(string Attribute, JsonNode? Value)
{
    public string TextValue =>
        ScimJson.Text(Value) ?? throw ScimException.InvalidFilter($"{Attribute} is compared with a quoted string.");

    public bool Names(string attribute) => Attribute.Equals(attribute, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an element of a multi-valued attribute satisfies this term; text without regard to case.</summary>
    public bool Matches(JsonObject element) => (element[Attribute], Value) switch
    {
        ({ } actual, { } expected) when ScimJson.Text(actual) is { } left && ScimJson.Text(expected) is { } right =>
            left.Equals(right, StringComparison.OrdinalIgnoreCase),
        ({ } actual, { } expected) => JsonNode.DeepEquals(actual, expected),
        (null, { } expected) => expected.GetValueKind() == JsonValueKind.False,
        (var actual, null) => actual is null,
    };
}
