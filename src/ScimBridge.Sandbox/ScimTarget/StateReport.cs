using System.Text.Json.Nodes;
using ScimBridge.Sandbox.ScimTarget.Resources;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>
/// The contents of a target as JSON for comparing: two runs that came to the same end give the same text, whatever
/// ids were drawn and in whatever order things happened.
/// </summary>
internal static class StateReport
{
    public static string Write(ScimStore store)
    {
        List<Snapshot> users;
        List<(Snapshot Group, List<string> Members)> groups;
        lock (store.Gate)
        {
            users = store.Users.InOrder().ConvertAll(entry => entry.Current);
            groups = store.Groups.InOrder()
                .ConvertAll(entry => (entry.Current, entry.Members.Select(member => member.Current.Body.Key).ToList()));
        }

        var names = users.ToDictionary(user => user.Id, user => user.Body.Key);
        var state = new JsonObject
        {
            ["users"] = Ordered(users.Select(user => (user.Body.Key, Canonical(user.Body.ToJson(), names)))),
            ["groups"] = Ordered(groups.Select(group => (group.Group.Body.Key, GroupJson(group.Group, group.Members, names)))),
        };
        return state.ToJsonString(new(ScimJson.Serializer) { WriteIndented = true });
    }

    private static JsonArray Ordered(IEnumerable<(string Key, JsonNode? Json)> resources) =>
        [.. resources.OrderBy(resource => resource.Key, StringComparer.Ordinal).Select(resource => resource.Json)];

    private static JsonNode? GroupJson(Snapshot group, List<string> members, Dictionary<string, string> names)
    {
        var json = group.Body.ToJson();
        json["members"] = new JsonArray([.. members.Select(member => (JsonNode)member)]);
        return Canonical(json, names);
    }

    /// <summary>Properties by name, elements by content, ids of users replaced by their names.</summary>
    private static JsonNode? Canonical(JsonNode? node, Dictionary<string, string> names)
    {
        switch (node)
        {
            case JsonObject complex:
                var sorted = new JsonObject();
                foreach (var (name, value) in complex.OrderBy(property => property.Key, StringComparer.Ordinal))
                {
                    if (name != "$ref")
                        sorted[name] = Canonical(value, names);
                }

                return sorted;
            case JsonArray array:
                return new JsonArray(
                    [.. array.Select(element => Canonical(element, names))
                        .OrderBy(element => element?.ToJsonString(), StringComparer.Ordinal)]);
            case JsonValue value when ScimJson.Text(value) is { } text && names.TryGetValue(text, out var userName):
                return userName;
            default:
                return node?.DeepClone();
        }
    }
}
