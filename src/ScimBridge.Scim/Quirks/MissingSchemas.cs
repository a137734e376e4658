namespace ScimBridge.Scim.Quirks;

/// <summary>
/// A body or message without <c>schemas</c>: <c>POST /Users {"userName":"mira"}</c>, <c>PATCH {"Operations":[...]}</c>. RFC 7643 3 wants a
/// non-empty array; apps that were set up by hand in Okta and OneLogin leave it out. What it would say is clear from the endpoint.
/// Source: behaviour of such clients as reported by implementers of SCIM servers.
/// </summary>
public static class MissingSchemas
{
    public static readonly Quirk Quirk = new("missingSchemas");
}
