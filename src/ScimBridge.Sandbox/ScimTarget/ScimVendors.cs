namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>The switches that make a target behave as vendors' pages say theirs do. No vendor's system was asked.</summary>
public static class ScimVendors
{
    /// <summary>AWS IAM Identity Center. <see href="https://docs.aws.amazon.com/singlesignon/latest/developerguide/limitations.html"/></summary>
    public static ScimTargetSettings AwsIdentityCenter { get; } = new()
    {
        MaxMembersPerPatch = 100,
        MaxPageSize = 50,
        GroupPut = false,
        ReplacesMembers = false,
        ReturnsMembers = false,
        UserFilters = ["id", "externalId", "userName", "displayName"],
        GroupFilters = ["id", "externalId", "displayName", "members.value"],
        SingleValued = ["emails", "phoneNumbers", "addresses"],
        Refused = ["password", "ims", "photos", "entitlements", "x509Certificates"],
        Required = ["userName", "name.givenName", "name.familyName", "displayName"],
        ETags = false,
        Errors = ScimErrorShape.Aws,
    };

    /// <summary>GitHub Enterprise. <see href="https://docs.github.com/en/enterprise-cloud@latest/rest/enterprise-admin/scim"/></summary>
    public static ScimTargetSettings GitHub { get; } = new()
    {
        MaxPageSize = 100,
        PathFilters = false,
        UserFilters = ["id", "externalId", "userName", "displayName"],
        GroupFilters = ["id", "externalId", "displayName"],
        Required = ["userName", "displayName", "emails", "externalId"],
        WantsUserAgent = true,
    };

    /// <summary>Slack. <see href="https://docs.slack.dev/reference/scim-api"/></summary>
    public static ScimTargetSettings Slack { get; } = new()
    {
        MaxPageSize = 1000,
        DefaultPageSize = 10,
        Describes = ScimSelfDescription.Plural,
        UserDeletion = ScimDeletion.Deactivate,
        Refused = ["password"],
        Required = ["userName", "emails"],
        Errors = ScimErrorShape.Errors,
    };

    /// <summary>Atlassian. <see href="https://developer.atlassian.com/cloud/admin/user-provisioning/rest/api-group-users/"/></summary>
    public static ScimTargetSettings Atlassian { get; } = new()
    {
        MaxPageSize = 100,
        UserDeletion = ScimDeletion.Deactivate,
        UserFilters = ["userName", "externalId"],
        GroupFilters = ["displayName"],
        Required = ["userName", "emails"],
    };

    /// <summary>Databricks. <see href="https://docs.databricks.com/aws/en/reference/scim-2-1"/></summary>
    public static ScimTargetSettings Databricks { get; } = new()
    {
        MaxPageSize = 100,
        NumericIds = true,
        ETags = false,
        Errors = ScimErrorShape.Plain,
    };

    /// <summary>Snowflake. <see href="https://docs.snowflake.com/en/user-guide/scim-user-api-reference"/></summary>
    public static ScimTargetSettings Snowflake { get; } = new()
    {
        SingleValued = ["emails", "phoneNumbers", "addresses"],
        Refused = ["ims", "photos", "entitlements", "roles", "x509Certificates"],
        ContentType = "application/scim+json",
        ETags = false,
        Errors = ScimErrorShape.Plain,
    };

    /// <summary>
    /// Salesforce. <see href="https://help.salesforce.com/s/articleView?id=xcloud.identity_scim_rest_api.htm"/>,
    /// <see href="https://help.salesforce.com/s/articleView?id=xcloud.identity_scim_manage_groups.htm"/>
    /// </summary>
    public static ScimTargetSettings Salesforce { get; } = new()
    {
        Describes = ScimSelfDescription.Plural,
        UserDeletion = ScimDeletion.Deactivate,
        Required = ["userName", "name.familyName", "emails", "entitlements"],
        PathFilters = false,
        NestedMembers = true,
    };

    /// <summary>
    /// The SCIM interface of Microsoft Entra ID, but for its own extension, its group attributes and its 400 for an unknown id.
    /// <see href="https://docs.azure.cn/en-us/entra/identity/app-provisioning/entra-id-scim-api-reference"/>
    /// </summary>
    public static ScimTargetSettings EntraScim { get; } = new()
    {
        UserPut = false,
        GroupPut = false,
        UserFilters = ["id", "externalId", "userName"],
        GroupFilters = ["id", "displayName"],
        Pages = ScimPages.Cursor,
        LowerCase = true,
    };

    /// <summary>Google Cloud Identity. <see href="https://docs.cloud.google.com/identity/docs/scim/reference/rest"/></summary>
    public static ScimTargetSettings GoogleCloudIdentity { get; } = new()
    {
        UserPut = false,
        GroupPut = false,
        Pages = ScimPages.None,
        ETags = false,
        EmptyPatchAnswers = true,
    };
}
