namespace ScimBridge.Connectors.Targets.Scim.Dialects;

/// <summary>
/// Snowflake: no attribute of a user has several values; a group is a role. Until its change of 2026 a filter that it does not know is
/// answered with nobody, and a list without a filter with an example: who is there already shows by the conflict then.
/// <see href="https://docs.snowflake.com/en/user-guide/scim-user-api-reference"/>,
/// <see href="https://docs.snowflake.com/release-notes/bcr-bundles/2026_03/bcr-2276"/>
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
