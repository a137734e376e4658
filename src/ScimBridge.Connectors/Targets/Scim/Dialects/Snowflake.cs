namespace ScimBridge.Connectors.Targets.Scim.Dialects;

/// <summary>
/// Snowflake: no attribute of a user has several values; a group is a role.
/// <see href="https://docs.snowflake.com/en/user-guide/scim-user-api-reference"/>
/// </summary>
internal static class Snowflake
{
    public static ScimDialect Dialect { get; } = new(new ScimTraits
    {
        UserUpdate = ScimUpdate.Patch,
        GroupUpdate = ScimUpdate.Patch,
        ETags = false,
        SingleValued = ["emails", "phoneNumbers", "addresses"],
        Omit = ["ims", "photos", "entitlements", "roles", "x509Certificates"],
        Required = ["userName"],
    });
}
