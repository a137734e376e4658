using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>The group of everybody who works in one department.</summary>
/// <param name="Key">What the group is known by inside the bridge: the department's code where it has one, else its name.</param>
/// <param name="DisplayName">The department's name.</param>
public sealed record DepartmentGroup(string Key, string DisplayName)
{
    private const string Core = "urn:ietf:params:scim:schemas:core:2.0:Group";

    /// <summary>The group of a worker's department; null where the worker has none.</summary>
    public static DepartmentGroup? Of(WorkerFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var name = facts.Department ?? facts.DepartmentCode;
        return name is null ? null : new DepartmentGroup($"department:{facts.DepartmentCode ?? name}", name);
    }

    /// <summary>The SCIM group.</summary>
    public JsonObject Body() => new() { ["schemas"] = new JsonArray(Core), ["displayName"] = DisplayName };
}
