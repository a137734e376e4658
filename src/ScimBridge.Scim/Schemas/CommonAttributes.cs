using System.Collections.Frozen;

namespace ScimBridge.Scim.Schemas;

/// <summary>The attributes of every resource, of custom resource types too (RFC 7643 3.1).</summary>
public static class CommonAttributes
{
    private static readonly FrozenDictionary<string, AttributeDefinition> ByName =
        EmbeddedDocuments.CommonAttributes().ToFrozenDictionary(a => a.Name, StringComparer.OrdinalIgnoreCase);

    public static AttributeDefinition Schemas { get; } = ByName["schemas"];

    public static AttributeDefinition Id { get; } = ByName["id"];

    public static AttributeDefinition ExternalId { get; } = ByName["externalId"];

    public static AttributeDefinition Meta { get; } = ByName["meta"];

    /// <summary>The common attribute of that name in any case, or null.</summary>
    public static AttributeDefinition? Find(string name) => ByName.GetValueOrDefault(name);
}
