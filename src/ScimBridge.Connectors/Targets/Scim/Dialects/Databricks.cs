namespace ScimBridge.Connectors.Targets.Scim.Dialects;

/// <summary>
/// Databricks, account or workspace: members leave by a path with a filter; identifiers are numbers. The account-level service is the
/// one that Databricks recommends.
/// <see href="https://docs.databricks.com/api/scim/v1/patch-account-group"/>, <see href="https://docs.databricks.com/aws/en/reference/scim-2-1"/>
/// </summary>
internal static class Databricks
{
    public static ScimDialect Dialect { get; } = new(new ScimTraits
    {
        UserUpdate = ScimUpdate.Patch,
        GroupUpdate = ScimUpdate.Patch,
        MemberPatch = ScimMemberPatch.Filter,
        ETags = false,
        Omit = ["password"],
        Required = ["userName"],
    });
}
