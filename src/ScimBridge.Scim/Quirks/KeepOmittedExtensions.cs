namespace ScimBridge.Scim.Quirks;

/// <summary>
/// A PUT from a client that does not know an extension: <c>PUT /Users/42 {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"mira"}</c>. RFC
/// 7644 3.5.1 lets the omitted attributes be cleared, which is right for a client that reads before it writes, and loses data with
/// one that does not. An extension that the request does not mention keeps its values.
/// Source: PUT requests of OneLogin and of scripts that send core attributes only, as reported by implementers of SCIM servers.
/// </summary>
public static class KeepOmittedExtensions
{
    public static readonly Quirk Quirk = new("keepOmittedExtensions");
}
