namespace ScimBridge.Provisioning.Delivery;

/// <summary>Which account at a target belongs to a resource, and what the target has acknowledged of it.</summary>
/// <param name="ResourceId">The resource.</param>
/// <param name="RemoteId">The account; null while a creation has been tried and its outcome is not known.</param>
/// <param name="Active">Acknowledged as usable.</param>
/// <param name="Delivered">JSON of the acknowledged attributes.</param>
/// <param name="Awaits">The resource whose account is needed to complete this one (its manager); null where it is complete.</param>
public sealed record Link(string ResourceId, string? RemoteId, bool Active, string Delivered, string? Awaits)
{
    /// <summary>The note, made before the call, that a creation is being tried.</summary>
    public static Link Trying(string resourceId) => new(resourceId, RemoteId: null, Active: false, "{}", Awaits: null);
}
