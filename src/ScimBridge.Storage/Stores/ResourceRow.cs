namespace ScimBridge.Storage.Stores;

/// <summary>A SCIM resource as it is stored.</summary>
/// <param name="Id">The id.</param>
/// <param name="Type">Name of the resource type.</param>
/// <param name="Version">1, 2, 3, ...</param>
/// <param name="CreatedAt">Microseconds since 1970.</param>
/// <param name="ModifiedAt">Microseconds since 1970.</param>
/// <param name="Body">JSON without id, meta and what is kept in rows of its own.</param>
/// <param name="Origin">Who brought it in: <c>hr:</c>, <c>client:</c> or <c>rule:</c> and a name.</param>
public sealed record ResourceRow(
    string Id, string Type, long Version, long CreatedAt, long ModifiedAt, string Body, string? Origin = null)
{
    /// <summary>False where it is known to be in no group, so that nobody need look.</summary>
    public bool MayBeMember { get; init; } = true;
}
