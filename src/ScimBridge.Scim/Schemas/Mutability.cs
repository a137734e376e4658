namespace ScimBridge.Scim.Schemas;

/// <summary>When a client can write an attribute (RFC 7643 7).</summary>
public enum Mutability
{
    ReadWrite,
    ReadOnly,
    Immutable,
    WriteOnly,
}
