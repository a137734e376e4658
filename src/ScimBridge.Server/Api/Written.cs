using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>What a request made of a resource.</summary>
/// <param name="Type">The type of the resource.</param>
/// <param name="Row">The resource as it is now.</param>
/// <param name="Attributes">The attributes that the request wrote.</param>
internal sealed record Written(ResourceType Type, ResourceRow Row, IReadOnlyList<AttributePath> Attributes);
