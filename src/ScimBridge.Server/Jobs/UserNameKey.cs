using System.Text.Json.Nodes;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Jobs;

/// <summary>User names in the form in which they are unique.</summary>
public static class UserNameKey
{
    /// <summary>The path under which they are indexed.</summary>
    public const string Path = "userName";

    /// <summary>The indexed form of a user name (RFC 7644, 5: case and width do not matter).</summary>
    public static string Of(string userName, ResourceType user) =>
        IndexEntries.Of(new JsonObject { [Path] = userName }, user).Single(e => e.Path.ToString() == Path).Value;
}
