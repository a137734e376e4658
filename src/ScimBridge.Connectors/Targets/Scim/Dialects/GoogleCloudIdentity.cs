namespace ScimBridge.Connectors.Targets.Scim.Dialects;

/// <summary>
/// Google Cloud Identity: PATCH alone, without versions, and lists that come as one; the answer to a change is an empty object.
/// <see href="https://docs.cloud.google.com/identity/docs/scim/reference/rest"/>
/// </summary>
internal static class GoogleCloudIdentity
{
    public static ScimDialect Dialect { get; } = new(new ScimTraits
    {
        UserUpdate = ScimUpdate.Patch,
        GroupUpdate = ScimUpdate.Patch,
        Paging = ScimPaging.None,
        ETags = false,
    });
}
