namespace ScimBridge.Connectors.Targets.Scim.Dialects;

/// <summary>
/// Salesforce: users are deactivated and never deleted; a user needs a profile, which stands among the entitlements; members come and go
/// in a list within an object. The pages speak of reading and updating groups, not of making them: make them there and set
/// <c>matchGroups</c>.
/// <see href="https://help.salesforce.com/s/articleView?id=xcloud.identity_scim_rest_api.htm"/>,
/// <see href="https://help.salesforce.com/s/articleView?id=xcloud.identity_scim_manage_groups.htm"/>
/// </summary>
internal static class Salesforce
{
    public static ScimDialect Dialect { get; } = new(new ScimTraits
    {
        UserUpdate = ScimUpdate.Patch,
        GroupUpdate = ScimUpdate.Patch,
        MemberPatch = ScimMemberPatch.Nested,
        Delete = false,
        Omit = ["password"],
        Required = ["userName", "name.familyName", "emails", "entitlements"],
    });
}
