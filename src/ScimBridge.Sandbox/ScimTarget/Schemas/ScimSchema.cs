using System.Collections.Frozen;

namespace ScimBridge.Sandbox.ScimTarget.Schemas;

/// <summary>A schema: its URN and its attributes, found by name without regard to case.</summary>
internal sealed class ScimSchema(string urn, string name, params ScimAttribute[] attributes)
{
    private readonly FrozenDictionary<string, ScimAttribute> byName =
        attributes.ToFrozenDictionary(attribute => attribute.Name, StringComparer.OrdinalIgnoreCase);

    public string Urn { get; } = urn;

    public string Name { get; } = name;

    public IReadOnlyList<ScimAttribute> Attributes { get; } = attributes;

    public ScimAttribute? Find(string attribute) => byName.GetValueOrDefault(attribute);
}
