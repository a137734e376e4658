namespace ScimBridge.Scim.Quirks;

/// <summary>
/// A filter value without its quotes: <c>filter=externalId eq jyoung</c>. RFC 7644 3.4.2.2 wants a JSON value, but the RFC's
/// own example (<c>meta.resourceType eq User</c>) and Microsoft's examples of Entra queries leave the quotes out.
/// A bare word, or a number where text is compared, is then taken as a string.
/// Source: learn.microsoft.com, "Develop and plan provisioning for a SCIM endpoint in Microsoft Entra ID".
/// </summary>
public static class UnquotedFilterValues
{
    public static readonly Quirk Quirk = new("unquotedFilterValues");

    /// <summary>The string that a bare word stands for, or null where the profile does not allow it.</summary>
    /// <remarks>What begins with a single quote, a brace or a bracket is no bare word but a mistake, and would match nothing.</remarks>
    internal static string? Read(string word, ClientProfile profile) =>
        profile.Allows(Quirk) && !word.StartsWith('\'') && !word.StartsWith('{') && !word.StartsWith('[') ? word : null;
}
