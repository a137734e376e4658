namespace ScimBridge.Scim.Quirks;

/// <summary>
/// An attribute of an extension named without its URN: <c>filter=manager eq "2819c223"</c>,
/// <c>{"op":"Add","path":"manager","value":"2819c223"}</c>. RFC 7644 3.10 asks for the URN; Entra leaves it out.
/// The name is looked up in the extensions when no core attribute has it and one extension alone does.
/// Source: learn.microsoft.com, "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID".
/// </summary>
public static class UnqualifiedExtensionNames
{
    public static readonly Quirk Quirk = new("unqualifiedExtensionNames");
}
