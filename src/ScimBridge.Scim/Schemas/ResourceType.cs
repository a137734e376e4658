using System.Collections.Frozen;

namespace ScimBridge.Scim.Schemas;

/// <summary>A resource type: an endpoint, its schema and its extensions (RFC 7643 6).</summary>
public sealed class ResourceType
{
    private readonly FrozenDictionary<string, SchemaDefinition> _schemas;

    internal ResourceType(
        string id, string name, string endpoint, string description, SchemaDefinition schema, IReadOnlyList<SchemaExtension> extensions)
    {
        Id = id;
        Name = name;
        Endpoint = endpoint;
        Description = description;
        Schema = schema;
        Extensions = extensions;
        _schemas = extensions.Select(e => e.Schema).Prepend(schema).ToFrozenDictionary(s => s.Id, StringComparer.OrdinalIgnoreCase);
    }

    public string Id { get; }

    public string Name { get; }

    /// <summary>The endpoint relative to the base URL, with its leading slash.</summary>
    public string Endpoint { get; }

    public string Description { get; }

    public SchemaDefinition Schema { get; }

    public IReadOnlyList<SchemaExtension> Extensions { get; }

    /// <summary>The attributes for which a store keeps index entries.</summary>
    public IReadOnlyList<AttributePath> Indexed { get; internal init; } = [];

    /// <summary>The multi-valued attribute that is stored as rows and is never part of a body, or null.</summary>
    public string? Relation { get; internal init; }

    /// <summary>The attributes that the server computes from the relations of other resources; never part of a body.</summary>
    public IReadOnlyList<string> Derived { get; internal init; } = [];

    /// <summary>The core or common attribute of that name in any case, or null.</summary>
    public AttributeDefinition? Find(string name) => CommonAttributes.Find(name) ?? Schema.Find(name);

    /// <summary>The base schema or an extension by its URI in any case (RFC 7643 3), or null.</summary>
    public SchemaDefinition? FindSchema(string uri) => _schemas.GetValueOrDefault(uri);

    /// <summary>The extension by its URI in any case, or null.</summary>
    public SchemaDefinition? FindExtension(string uri) => FindSchema(uri) is { } found && found != Schema ? found : null;

    /// <summary>Whether the attribute is stored outside of the body: a relation, or derived from one.</summary>
    internal bool IsOutsideBody(AttributeDefinition attribute) =>
        attribute.Name == Relation || Derived.Contains(attribute.Name, StringComparer.Ordinal);

    public override string ToString() => Name;
}
