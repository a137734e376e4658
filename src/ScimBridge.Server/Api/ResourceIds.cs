using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Api;

/// <summary>Ids in the paths of requests.</summary>
internal static class ResourceIds
{
    /// <summary>Whether a resource can have this id at all: what comes in a path can be any text, also one that no database takes.</summary>
    public static bool IsOne(string id) => Guid.TryParseExact(id, "D", out _);

    /// <summary>The answer where there is none.</summary>
    public static ScimException NotFound(ResourceType type) => ScimError.NotFound($"There is no {type.Name} with this id.").AsException();
}
