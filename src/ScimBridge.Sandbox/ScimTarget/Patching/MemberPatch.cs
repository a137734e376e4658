using System.Text.Json.Nodes;
using ScimBridge.Sandbox.ScimTarget.Resources;

namespace ScimBridge.Sandbox.ScimTarget.Patching;

/// <summary>Applies an operation to the members of a group, without reading the members it does not name.</summary>
internal static class MemberPatch
{
    public static void Apply(PatchOperation operation, MemberDraft draft, Func<string, Entry?> find)
    {
        var (verb, path, _) = operation;
        if (path.Sub is not null)
            throw ScimException.Mutability("A member is added or removed, never changed.");

        var named = Named(operation);
        if (verb == PatchVerb.Replace && path.Filter is not null)
            throw ScimException.Mutability("A member is added or removed, never changed.");
        if (verb == PatchVerb.Replace || (verb == PatchVerb.Remove && named.Count == 0))
            draft.Clear();

        foreach (var id in named)
        {
            if (verb != PatchVerb.Remove)
                draft.Add(Existing(id, find));
            else if (find(id) is { } member)
                draft.Remove(member);
        }
    }

    /// <summary>The ids an operation names, by its filter or by its value.</summary>
    public static List<string> Named(PatchOperation operation)
    {
        if (operation.Path.Filter is not { } filter)
            return Ids(operation.Value);
        return filter is [var term] && term.Names("value")
            ? [term.TextValue]
            : throw ScimException.InvalidFilter("Members are selected by value only.");
    }

    public static List<string> Ids(JsonNode? value) => value switch
    {
        null => [],
        JsonArray array => [.. array.Select(Id)],
        _ => [Id(value)],
    };

    public static Entry Existing(string id, Func<string, Entry?> find) =>
        find(id) ?? throw ScimException.InvalidValue($"There is no user or group {id} to be a member.");

    private static string Id(JsonNode? member) =>
        ScimJson.Text((member as JsonObject)?["value"]) ?? throw ScimException.InvalidValue("A member is an object with a value.");
}
