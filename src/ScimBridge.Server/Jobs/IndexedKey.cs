using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Jobs;

/// <summary>Values of users in the form in which they are indexed and compared (RFC 7644, 5: case and width do not matter).</summary>
public static class IndexedKey
{
    /// <summary>The path under which user names are indexed.</summary>
    public const string UserNamePath = "userName";

    /// <summary>The indexed form of a user name.</summary>
    public static string OfUserName(string userName, ResourceType user) =>
        IndexEntries.Of(new JsonObject { [UserNamePath] = userName }, user).Single(e => e.Path.ToString() == UserNamePath).Value;

    /// <summary>The path and the indexed form of an employee number.</summary>
    public static (string Path, string Value) OfEmployeeNumber(string number, ResourceType user)
    {
        var entry = IndexEntries.Of(
            new JsonObject { [UserMapping.EnterpriseSchema] = new JsonObject { ["employeeNumber"] = number } }, user).First();
        return (entry.Path.ToString(), entry.Value);
    }
}
