using System.Text.Json.Nodes;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>What a mapping says about one attribute.</summary>
/// <param name="Path">JSON path of the rule in the configuration.</param>
/// <param name="Attribute">The attribute.</param>
internal abstract record AttributeRule(string Path, MappedAttribute Attribute)
{
    /// <summary>It has no value.</summary>
    public sealed record Clear(string Path, MappedAttribute Attribute) : AttributeRule(Path, Attribute);

    /// <summary>It has this value.</summary>
    public sealed record Constant(string Path, MappedAttribute Attribute, JsonNode Value) : AttributeRule(Path, Attribute);

    /// <summary>It has the value that the expression comes to, or the default where that is nothing.</summary>
    public sealed record Computed(string Path, MappedAttribute Attribute, Expression Expression, JsonNode? Default) : AttributeRule(Path, Attribute);
}
