namespace ScimBridge.Connectors.Targets.Scim.Dialects;

/// <summary>
/// GitHub Enterprise with managed users. DELETE removes a user for good and scrambles the name, so that disabling, which suspends,
/// takes its place unless <c>delete</c> is said; paths of a PATCH take no filters; a User-Agent is demanded, which every call has. GitHub
/// asks for no more than 1,000 new users an hour: <c>callsPerSecond</c> is for a first load.
/// <see href="https://docs.github.com/en/enterprise-cloud@latest/rest/enterprise-admin/scim"/>,
/// <see href="https://docs.github.com/en/enterprise-cloud@latest/admin/managing-iam/provisioning-user-accounts-with-scim/provisioning-users-and-groups-with-scim-using-the-rest-api"/>
/// </summary>
internal static class GitHub
{
    public static ScimDialect Dialect { get; } = new(new ScimTraits
    {
        UserUpdate = ScimUpdate.Patch,
        GroupUpdate = ScimUpdate.Patch,
        MemberPatch = ScimMemberPatch.Values,
        UserFilters = ["externalId", "userName", "id", "displayName"],
        GroupFilters = ["externalId", "id", "displayName"],
        Delete = false,
        Omit = ["password"],
        Required = ["userName", "displayName", "emails"],
        Headers = new(StringComparer.OrdinalIgnoreCase) { ["X-GitHub-Api-Version"] = "2022-11-28" },
    });
}
