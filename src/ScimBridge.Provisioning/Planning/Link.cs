namespace ScimBridge.Provisioning.Planning;

/// <summary>Which account at a target belongs to a resource, and what the target has acknowledged of it.</summary>
/// <param name="ResourceId">The resource.</param>
/// <param name="RemoteId">The account; null while a creation has been tried and its outcome is not known.</param>
/// <param name="Active">Acknowledged as usable; also true of an account that was found and of which that is not known.</param>
/// <param name="Delivered">JSON of the acknowledged attributes; an object without any where they are not known.</param>
/// <param name="Awaits">The resource whose account is needed to complete this one (its manager); null where it is complete.</param>
public sealed record Link(string ResourceId, string? RemoteId, bool Active, string Delivered, string? Awaits)
{
    private const string Unknown = "{}";

    /// <summary>
    /// Whether the target has acknowledged what the account holds. Of one that was found after a lost reply nothing is known: neither
    /// its attributes nor whether it may be used.
    /// </summary>
    public bool IsKnown => Delivered != Unknown;

    /// <summary>An account of ours that was found after a creation whose reply was lost. It has to be taken for usable.</summary>
    public static Link Found(string resourceId, string remoteId) => new(resourceId, remoteId, Active: true, Unknown, Awaits: null);

    /// <summary>The note, made before the call, that a creation is being tried.</summary>
    public static Link Trying(string resourceId) => new(resourceId, RemoteId: null, Active: false, Unknown, Awaits: null);
}
