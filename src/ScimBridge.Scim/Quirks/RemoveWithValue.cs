namespace ScimBridge.Scim.Quirks;

/// <summary>
/// What to remove as the value of a remove operation: <c>{"op":"Remove","path":"members","value":[{"$ref":null,"value":"42"}]}</c>. RFC 7644
/// 3.5.2.2 has no value there, and reading it as "remove all members" would destroy the group; so these elements alone go.
/// A strict client is told. Entra ID without its flag aadOptscim062020, and JumpCloud, send it.
/// Source: learn.microsoft.com, "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID".
/// </summary>
public static class RemoveWithValue
{
    public static readonly Quirk Quirk = new("removeWithValue");
}
