namespace ScimBridge.Storage.Queries;

/// <summary>
/// The place between two resources in an order. It names the resource before it, which may have been deleted since: what is inserted or
/// deleted elsewhere neither repeats nor hides a resource.
/// </summary>
/// <param name="Id">The id of the resource before.</param>
/// <param name="Key">The value that it was sorted by, as text; null where it had none or the order is that of creation.</param>
public sealed record PagePosition(string Id, string? Key = null);
