using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Api;

/// <summary>Where a resource is (RFC 7643, 3.1).</summary>
internal static class ResourceLocation
{
    /// <summary>The absolute URL.</summary>
    public static string Of(string baseUrl, ResourceType type, string id) => $"{baseUrl}{type.Endpoint}/{id}";
}
