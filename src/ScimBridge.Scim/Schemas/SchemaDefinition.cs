using System.Collections.Frozen;

namespace ScimBridge.Scim.Schemas;

/// <summary>A schema: a URI and the attributes that it defines (RFC 7643 7).</summary>
public sealed class SchemaDefinition
{
    private readonly FrozenDictionary<string, AttributeDefinition> _attributes;

    public SchemaDefinition(string id, string name, string description, IReadOnlyList<AttributeDefinition> attributes)
    {
        Id = id;
        Name = name;
        Description = description;
        Attributes = attributes;
        _attributes = attributes.ToFrozenDictionary(a => a.Name, StringComparer.OrdinalIgnoreCase);
    }

    public string Id { get; }

    public string Name { get; }

    public string Description { get; }

    public IReadOnlyList<AttributeDefinition> Attributes { get; }

    /// <summary>The attribute of that name in any case (RFC 7643 2.1), or null.</summary>
    public AttributeDefinition? Find(string name) => _attributes.GetValueOrDefault(name);

    public override string ToString() => Id;
}
