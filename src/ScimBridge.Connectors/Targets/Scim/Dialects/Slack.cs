namespace ScimBridge.Connectors.Targets.Scim.Dialects;

/// <summary>
/// Slack: DELETE of a user deactivates and of a group is for good, so that nothing is deleted unless that is said; users may be written
/// 180 times a minute, by all clients of the organisation together; without <c>count</c> a page has ten.
/// <see href="https://docs.slack.dev/reference/scim-api"/>, <see href="https://docs.slack.dev/reference/scim-api/rate-limits"/>
/// </summary>
internal static class Slack
{
    public static ScimDialect Dialect { get; } = new(new ScimTraits
    {
        UserUpdate = ScimUpdate.Patch,
        GroupUpdate = ScimUpdate.Patch,
        PageSize = 200,
        Delete = false,
        Omit = ["password"],
        Required = ["userName", "emails"],
    })
    {
        CallsPerSecond = 3,
    };
}
