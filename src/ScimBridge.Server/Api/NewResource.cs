using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Api;

/// <summary>A resource that a client wants created, under an id that it has from the beginning.</summary>
internal sealed record NewResource(ResourceType Type, string Id, ResourceInput Input);
