namespace ScimBridge.Connectors.Targets.Scim.Dialects;

/// <summary>
/// Atlassian's user provisioning: users are filtered by user name and external id, groups by name; DELETE unlinks and deactivates, so
/// that disabling takes its place unless <c>delete</c> is said. An e-mail address must be of a verified domain to be managed.
/// <see href="https://developer.atlassian.com/cloud/admin/user-provisioning/rest/api-group-users/"/>,
/// <see href="https://support.atlassian.com/atlassian-cloud/kb/how-to-filter-users-in-provisioning-scim-using-rest-api/"/>
/// </summary>
internal static class Atlassian
{
    public static ScimDialect Dialect { get; } = new(new ScimTraits
    {
        UserUpdate = ScimUpdate.Patch,
        GroupUpdate = ScimUpdate.Patch,
        UserFilters = ["userName", "externalId"],
        GroupFilters = ["displayName"],
        Delete = false,
        Omit = ["password"],
        Required = ["userName", "emails"],
    });
}
