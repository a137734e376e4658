using NodaTime;

namespace ScimBridge.Storage;

/// <summary>Makes ids of resources: UUIDs of version 7 (RFC 9562), so that ids in order are resources in order of creation.</summary>
public static class ResourceId
{
    /// <summary>A new id.</summary>
    public static string New(Instant now) => Guid.CreateVersion7(now.ToDateTimeOffset()).ToString();
}
