using System.Text.Json.Nodes;
using ScimBridge.Sandbox.ScimTarget.Patching;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>What a target refuses though RFC 7643 and RFC 7644 allow it.</summary>
internal static class VendorRules
{
    /// <summary>A whole resource, as it was sent or as it is to become.</summary>
    public static void Check(ScimTargetSettings settings, ScimResourceType type, JsonObject resource)
    {
        if (type.HasMembers)
            return;
        foreach (var name in settings.Refused.Where(name => ScimJson.HasValue(resource[name])))
            throw ScimException.InvalidValue($"{name} is not supported.");
        foreach (var name in settings.SingleValued.Where(name => resource[name] is JsonArray { Count: > 1 }))
            throw ScimException.InvalidValue($"{name} has several values, and one is supported.");
        foreach (var path in settings.Required.Where(path => !Has(resource, path.Split('.'))))
            throw ScimException.InvalidValue($"{path} is required.");
    }

    /// <summary>An operation on members whose value is an object that has them as its own members, as one that has them plainly.</summary>
    public static PatchOperation Unnested(PatchOperation operation)
    {
        if (!operation.Path.IsMembers)
            return operation;
        return (operation.Value as JsonObject)?["members"] is JsonArray members
            ? operation with { Value = members }
            : throw ScimException.InvalidValue("The value must be an object with members.");
    }

    /// <summary>The operations of a PATCH.</summary>
    public static void Check(ScimTargetSettings settings, List<PatchOperation> operations)
    {
        foreach (var operation in operations)
        {
            if (operation.Path.Filter is not null && !settings.PathFilters)
                throw ScimException.InvalidPath("Filters in paths are not supported.");
            var isAll = operation.Path is { IsMembers: true, Filter: null }
                && (operation.Verb == PatchVerb.Replace || (operation.Verb == PatchVerb.Remove && MemberPatch.Named(operation).Count == 0));
            if (isAll && !settings.ReplacesMembers)
                throw ScimException.InvalidValue("All members cannot be replaced or removed in one request.");
        }
    }

    private static bool Has(JsonNode? resource, string[] path) =>
        path.Aggregate(resource, (node, name) => (node as JsonObject)?[name]) switch
        {
            null => false,
            JsonArray array => array.Count > 0,
            var value => ScimJson.HasValue(value),
        };
}
