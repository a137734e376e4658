namespace ScimBridge.Connectors.Targets.Scim.Dialects;

/// <summary>
/// The SCIM interface of Microsoft Entra ID, <c>https://graph.microsoft.com/rp/scim</c>: collections in lower case, no PUT, pages by
/// cursor, and a password that every new user must come with, which a mapping has to give. Groups need attributes that the bridge does
/// not have, and are left out unless <c>groups</c> is said. The target kind <c>entra</c> is the better choice.
/// <see href="https://docs.azure.cn/en-us/entra/identity/app-provisioning/entra-id-scim-api-reference"/>
/// </summary>
internal static class EntraScim
{
    public static ScimDialect Dialect { get; } = new(new ScimTraits
    {
        UsersPath = "users",
        GroupsPath = "groups",
        Groups = false,
        UserUpdate = ScimUpdate.Patch,
        GroupUpdate = ScimUpdate.Patch,
        UserFilters = ["userName", "externalId", "id"],
        GroupFilters = ["displayName", "id"],
        Paging = ScimPaging.Cursor,
        Required =
        [
            "userName", "password", "name.givenName", "name.familyName", "displayName",
            "urn:ietf:params:scim:schemas:extension:Microsoft:Entra:2.0:User:mailNickname",
        ],
    });
}
