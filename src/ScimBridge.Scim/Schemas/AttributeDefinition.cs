using System.Collections.Frozen;

namespace ScimBridge.Scim.Schemas;

/// <summary>An attribute with its characteristics (RFC 7643 7); the defaults are those of RFC 7643 2.2.</summary>
public sealed class AttributeDefinition
{
    private readonly FrozenDictionary<string, AttributeDefinition> _subAttributes =
        FrozenDictionary<string, AttributeDefinition>.Empty;

    public required string Name { get; init; }

    public AttributeType Type { get; init; } = AttributeType.String;

    public bool MultiValued { get; init; }

    public string Description { get; init; } = "";

    public bool Required { get; init; }

    public bool CaseExact { get; init; }

    public Mutability Mutability { get; init; } = Mutability.ReadWrite;

    public Returned Returned { get; init; } = Returned.Default;

    public Uniqueness Uniqueness { get; init; } = Uniqueness.None;

    public IReadOnlyList<string> CanonicalValues { get; init; } = [];

    public IReadOnlyList<string> ReferenceTypes { get; init; } = [];

    /// <summary>The sub-attributes of a complex attribute, in the order of the schema.</summary>
    public IReadOnlyList<AttributeDefinition> SubAttributes
    {
        get;
        init
        {
            field = value;
            _subAttributes = value.ToFrozenDictionary(a => a.Name, StringComparer.OrdinalIgnoreCase);
        }
    } = [];

    public bool IsComplex => Type == AttributeType.Complex;

    public bool IsReadOnly => Mutability == Mutability.ReadOnly;

    /// <summary>Whether it refers to resources of this server: by <c>value</c> and <c>$ref</c>, such as manager and members.</summary>
    public bool RefersToResources =>
        FindSubAttribute("value") is { Type: AttributeType.String, MultiValued: false }
        && FindSubAttribute("$ref") is { Type: AttributeType.Reference, MultiValued: false } reference
        // These two are no resource types (RFC 7643 7).
        && reference.ReferenceTypes.Any(t => t is not ("external" or "uri"));

    /// <summary>The sub-attribute of that name in any case (RFC 7643 2.1), or null.</summary>
    public AttributeDefinition? FindSubAttribute(string name) => _subAttributes.GetValueOrDefault(name);

    public override string ToString() => Name;
}
