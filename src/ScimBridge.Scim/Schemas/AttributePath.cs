namespace ScimBridge.Scim.Schemas;

/// <summary>
/// A path to an attribute, bound to the schema: <c>userName</c>, <c>emails.value</c>,
/// <c>urn:...:enterprise:2.0:User:manager.value</c> (RFC 7644 3.10). Two paths to the same attribute are equal,
/// however they were spelled.
/// </summary>
public sealed class AttributePath : IEquatable<AttributePath>
{
    private readonly string _text;

    internal AttributePath(string? schema, AttributeDefinition attribute, AttributeDefinition? subAttribute = null)
    {
        Schema = schema;
        Attribute = attribute;
        SubAttribute = subAttribute;
        Segments = [.. new[] { schema, attribute.Name, subAttribute?.Name }.OfType<string>()];
        _text = (schema is null ? "" : schema + ":") + attribute.Name + (subAttribute is null ? "" : "." + subAttribute.Name);
    }

    /// <summary>The URI of the extension that defines the attribute; null for core and common attributes.</summary>
    public string? Schema { get; }

    public AttributeDefinition Attribute { get; }

    public AttributeDefinition? SubAttribute { get; }

    /// <summary>What the path ends at: the sub-attribute if there is one, else the attribute.</summary>
    public AttributeDefinition Leaf => SubAttribute ?? Attribute;

    /// <summary>The JSON members from the root of a resource to the value, in the spelling of the schema.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>Whether a resource can have several values at this path.</summary>
    public bool IsMultiValued => Attribute.MultiValued || SubAttribute is { MultiValued: true };

    /// <summary>The same attribute without the sub-attribute.</summary>
    public AttributePath Parent => SubAttribute is null ? this : new AttributePath(Schema, Attribute);

    /// <summary>The path of a sub-attribute of this complex attribute.</summary>
    internal AttributePath To(AttributeDefinition subAttribute) => new(Schema, Attribute, subAttribute);

    public bool Equals(AttributePath? other) => other is not null && string.Equals(_text, other._text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as AttributePath);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_text);

    /// <summary>The canonical spelling, without the URI of the base schema.</summary>
    public override string ToString() => _text;
}
