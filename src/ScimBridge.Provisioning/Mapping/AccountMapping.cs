using System.Text.Json.Nodes;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>Maps a SCIM resource to the account that it should be at a target.</summary>
public static class AccountMapping
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    // What the bridge alone knows of HR, what the protocol itself carries, and what nobody is told. Names of attributes do not
    // differ by case (RFC 7643, 2.1).
    private static readonly HashSet<string> Kept = new(StringComparer.OrdinalIgnoreCase)
    {
        "schemas", "id", "externalId", "meta", "active", "members", "groups", "password", HrExtension.Urn,
    };

    /// <summary>The id of the manager's resource that a body names, or null.</summary>
    public static string? ManagerOf(JsonObject body) => body[Enterprise]?["manager"]?["value"]?.GetValue<string>();

    /// <summary>Maps a user.</summary>
    /// <param name="resourceId">The resource.</param>
    /// <param name="body">Its body.</param>
    /// <param name="managerRemoteId">The manager's account at the target, where there is one.</param>
    /// <param name="profile">What the target is told differently.</param>
    /// <exception cref="MappingException">An expression of the profile fails.</exception>
    public static MappedAccount User(string resourceId, JsonObject body, string? managerRemoteId, TargetProfile? profile = null)
    {
        profile ??= TargetProfile.Plain;
        var attributes = Copy(body);
        profile.Apply(body, attributes);
        string? awaits = null;
        if (ManagerOf(body) is { } manager && attributes[Enterprise] is JsonObject enterprise && enterprise.ContainsKey("manager"))
        {
            if (managerRemoteId is not null)
            {
                enterprise["manager"] = new JsonObject { ["value"] = managerRemoteId };
            }
            else
            {
                awaits = manager;
                enterprise.Remove("manager");
                if (enterprise.Count == 0)
                    attributes.Remove(Enterprise);
            }
        }

        var active = body["active"]?.GetValue<bool>() ?? true;
        var prepare = body[HrExtension.Urn]?["nextTransitionTo"]?.GetValue<string>() == HrExtension.ToActive;
        return new MappedAccount(
            new DesiredAccount(AccountKind.User, resourceId, active, attributes) { Cleared = profile.Attributes.Cleared }, prepare, awaits);
    }

    /// <summary>Maps a group; its members are delivered one by one.</summary>
    public static MappedAccount Group(string resourceId, JsonObject body) =>
        new(new DesiredAccount(AccountKind.Group, resourceId, Active: true, Copy(body)), Prepare: false, Awaits: null);

    /// <summary>Whether the name of a member of a body is the URI of an extension.</summary>
    public static bool IsSchema(string name) => name.StartsWith("urn:", StringComparison.OrdinalIgnoreCase);

    // An attribute without a value is one that is not there (RFC 7643, 2.5).
    private static JsonObject Copy(JsonObject body)
    {
        var attributes = new JsonObject();
        foreach (var (name, value) in body)
        {
            if (value is not null && !Kept.Contains(name))
                attributes[name] = value.DeepClone();
        }

        return attributes;
    }
}
