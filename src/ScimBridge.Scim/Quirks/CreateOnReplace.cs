namespace ScimBridge.Scim.Quirks;

/// <summary>
/// A replace whose filter matches no value: <c>{"op":"Replace","path":"emails[type eq \"work\"].value","value":"mira@corp.example"}</c> for a
/// user without a work address. RFC 7644 3.5.2.3 answers noTarget; Entra ID expects the value to be created, with what the
/// filter says of it.
/// Source: learn.microsoft.com, "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID".
/// </summary>
public static class CreateOnReplace
{
    public static readonly Quirk Quirk = new("createOnReplace");
}
