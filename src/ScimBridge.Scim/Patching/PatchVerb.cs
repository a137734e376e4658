namespace ScimBridge.Scim.Patching;

/// <summary>What an operation does (RFC 7644 3.5.2).</summary>
public enum PatchVerb
{
    Add,
    Remove,
    Replace,
}
