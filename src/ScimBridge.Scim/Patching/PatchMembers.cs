using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Patching;

/// <summary>Takes a value without a path, or for a whole extension, apart into one operation for each attribute (RFC 7644 3.5.2.1, 3.5.2.3).</summary>
internal static class PatchMembers
{
    public static List<PatchOperation> Expand(
        int index, PatchVerb verb, JsonObject members, ResourceType type, ClientProfile profile, List<string> ignored)
    {
        var operations = new List<PatchOperation>();
        foreach (var (name, node) in members)
        {
            if (type.FindExtension(name) is { } extension)
            {
                operations.AddRange(ExpandExtension(index, verb, extension, node, profile, ignored));
            }
            else if (type.Find(name) is { } attribute)
            {
                Add(operations, new PatchOperation(index, verb, new PatchPath(new AttributePath(null, attribute), null, null), node), profile, ignored);
            }
            else if (IsPath(name, type, profile))
            {
                var path = PatchPathParser.Parse(name, type, profile);
                Add(operations, new PatchOperation(index, verb, path, node), profile, ignored);
            }
            else
            {
                UnknownAttributes.PassOver(name, profile, ignored);
            }
        }

        return operations;
    }

    public static List<PatchOperation> ExpandExtension(
        int index, PatchVerb verb, SchemaDefinition extension, JsonNode? value, ClientProfile profile, List<string> ignored)
    {
        if (value is null or JsonObject { Count: 0 })
        {
            // Nothing to add; and the replacement by nothing is the removal.
            return verb == PatchVerb.Add ? [] : [new PatchOperation(index, PatchVerb.Remove, new PatchPath(null, extension, null), null)];
        }

        if (value is not JsonObject members)
        {
            throw ScimError.InvalidValue($"{extension.Id} must be a JSON object.").AsException();
        }

        var operations = new List<PatchOperation>();
        foreach (var (name, node) in members)
        {
            if (extension.Find(name) is { } attribute)
            {
                var path = new PatchPath(new AttributePath(extension.Id, attribute), null, null);
                Add(operations, new PatchOperation(index, verb, path, node), profile, ignored);
            }
            else
            {
                UnknownAttributes.PassOver(name, profile, ignored);
            }
        }

        return operations;
    }

    /// <summary>Passes over what the client did not mean to change: <c>schemas</c> always, other read-only attributes by its profile.</summary>
    private static void Add(List<PatchOperation> operations, PatchOperation operation, ClientProfile profile, List<string> ignored)
    {
        var path = operation.Path.Attribute;
        if (path?.Attribute == CommonAttributes.Schemas
            || (path is { Attribute.IsReadOnly: true } && profile.Allows(ReadOnlyInPatch.Quirk)))
        {
            ignored.Add(path.ToString());
            return;
        }

        operations.Add(operation);
    }

    private static bool IsPath(string name, ResourceType type, ClientProfile profile)
    {
        if (!profile.Allows(PathsAsKeys.Quirk))
        {
            return false;
        }

        var end = name.IndexOf('[', StringComparison.Ordinal);
        var attribute = end < 0 ? name : name[..end];
        return PathResolution.Of(attribute, type, profile.Allows(UnqualifiedExtensionNames.Quirk)).Path is not null;
    }
}
