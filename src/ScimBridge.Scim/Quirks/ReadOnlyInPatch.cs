namespace ScimBridge.Scim.Quirks;

/// <summary>
/// Read-only attributes among the values of a PATCH without a path: Okta renames a group with
/// <c>{"op":"replace","value":{"id":"42","displayName":"EU Sales"}}</c>. RFC 7644 3.5.2 refuses to change them; these clients do not mean
/// to, so the attribute is passed over.
/// Source: developer.okta.com, "SCIM 2.0 Protocol Reference".
/// </summary>
public static class ReadOnlyInPatch
{
    public static readonly Quirk Quirk = new("readOnlyInPatch");
}
