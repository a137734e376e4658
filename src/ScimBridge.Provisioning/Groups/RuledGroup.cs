using System.Text.Json.Nodes;

namespace ScimBridge.Provisioning.Groups;

/// <summary>A group that a rule fills.</summary>
/// <param name="Key">What it is known by inside the bridge: the key of its rule, and where a rule makes several, a colon and which of them.</param>
/// <param name="DisplayName">What people know it by.</param>
/// <param name="Class">What being in it means to policy.</param>
public sealed record RuledGroup(string Key, string DisplayName, GroupClass Class)
{
    private const string Core = "urn:ietf:params:scim:schemas:core:2.0:Group";
    private const string Origins = "rule:";

    /// <summary>Who brought the group in, as its resource says it.</summary>
    public string Origin => Origins + Key;

    /// <summary>The key of the rule that made what has this origin; null where no rule did.</summary>
    public static string? RuleOf(string? origin)
    {
        if (origin is null || !origin.StartsWith(Origins, StringComparison.Ordinal))
            return null;
        var key = origin[Origins.Length..];
        return key.IndexOf(':', StringComparison.Ordinal) is >= 0 and var end ? key[..end] : key;
    }

    /// <summary>The SCIM group.</summary>
    public JsonObject Body() => new() { ["schemas"] = new JsonArray(Core), ["displayName"] = DisplayName };
}
