namespace ScimBridge.Scim.Quirks;

/// <summary>
/// One value without its array for a multi-valued attribute: <c>{"emails":{"type":"work","value":"mira@corp.example"}}</c>. RFC 7643 2.4
/// wants an array in a resource; PATCH may add a single value (RFC 7644 3.5.2.1), and clients that build both alike send it
/// everywhere.
/// Source: PATCH requests of Entra ID and Okta as reported by implementers of SCIM servers.
/// </summary>
public static class SingleForMultiValued
{
    public static readonly Quirk Quirk = new("singleForMultiValued");
}
