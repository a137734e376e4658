namespace ScimBridge.Scim.Messages;

/// <summary>What a bulk operation does (RFC 7644 3.7).</summary>
public enum BulkMethod
{
    Post,
    Put,
    Patch,
    Delete,
}
