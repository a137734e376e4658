namespace ScimBridge.Scim.Schemas;

/// <summary>When an attribute is part of a response (RFC 7643 7).</summary>
public enum Returned
{
    Default,
    Always,
    Never,
    Request,
}
