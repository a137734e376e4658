namespace ScimBridge.Scim.Schemas;

/// <summary>Among which resources a value is unique (RFC 7643 7).</summary>
public enum Uniqueness
{
    None,
    Server,
    Global,
}
