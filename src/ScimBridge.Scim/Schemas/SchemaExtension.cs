namespace ScimBridge.Scim.Schemas;

/// <summary>An extension of a resource type, and whether each resource must have it (RFC 7643 6).</summary>
public sealed record SchemaExtension(SchemaDefinition Schema, bool Required);
