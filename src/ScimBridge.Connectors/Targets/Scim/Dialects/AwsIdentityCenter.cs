namespace ScimBridge.Connectors.Targets.Scim.Dialects;

/// <summary>
/// AWS IAM Identity Center: one value of what is multi-valued, filters with <c>eq</c> only, at most 50 to a page and 100 changes of
/// members to a call; a group cannot be replaced, and does not show its members.
/// <see href="https://docs.aws.amazon.com/singlesignon/latest/developerguide/limitations.html"/>,
/// <see href="https://docs.aws.amazon.com/singlesignon/latest/developerguide/patchgroup.html"/>
/// </summary>
internal static class AwsIdentityCenter
{
    public static ScimDialect Dialect { get; } = new(new ScimTraits
    {
        UserUpdate = ScimUpdate.Patch,
        GroupUpdate = ScimUpdate.Patch,
        MemberPatch = ScimMemberPatch.Values,
        UserFilters = ["externalId", "userName", "id", "displayName"],
        GroupFilters = ["externalId", "id", "displayName"],
        MembersPerCall = 100,
        PageSize = 50,
        ETags = false,
        SingleValued = ["emails", "phoneNumbers", "addresses"],
        Omit = ["password", "ims", "photos", "entitlements", "x509Certificates"],
        Required = ["userName", "name.givenName", "name.familyName", "displayName"],
        ReturnsMembers = false,
    });
}
