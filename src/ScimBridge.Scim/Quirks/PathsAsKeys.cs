namespace ScimBridge.Scim.Quirks;

/// <summary>
/// Paths as the keys of a value without a path:
/// <c>{"op":"replace","value":{"name.givenName":"Mira","emails[type eq \"work\"].value":"m@x","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"R&amp;D"}}</c>.
/// RFC 7644 3.5.2 has attribute names there; Entra ID with its flag aadOptscim062020 sends paths. Each becomes an operation of
/// its own with that path.
/// Source: learn.microsoft.com, "Known issues and resolutions with SCIM 2.0 protocol compliance".
/// </summary>
public static class PathsAsKeys
{
    public static readonly Quirk Quirk = new("pathsAsKeys");
}
