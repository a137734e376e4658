using System.Text.Json.Nodes;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget.Patching;

/// <summary>What an operation does.</summary>
internal enum PatchVerb
{
    Add,
    Remove,
    Replace,
}

/// <summary>One operation on one place: an operation without a path becomes one per attribute it names.</summary>
internal sealed record PatchOperation(PatchVerb Verb, PatchPath Path, JsonNode? Value)
{
    public static List<PatchOperation> ParseAll(ScimResourceType type, JsonObject request)
    {
        if (request["schemas"] is not JsonArray schemas || !schemas.Any(schema => ScimJson.Text(schema) == ScimSchemas.PatchOp))
            throw ScimException.InvalidSyntax($"schemas must name {ScimSchemas.PatchOp}.");
        if (request["Operations"] is not JsonArray { Count: > 0 } operations)
            throw ScimException.InvalidSyntax("Operations must be an array with at least one operation.");
        return [.. operations.SelectMany(operation => Parse(type, operation))];
    }

    private static IEnumerable<PatchOperation> Parse(ScimResourceType type, JsonNode? node)
    {
        if (node is not JsonObject operation)
            throw ScimException.InvalidSyntax("An operation must be an object.");
        var verb = ParseVerb(ScimJson.Text(operation["op"]));
        var hasValue = operation.TryGetPropertyValue("value", out var value);
        if (!hasValue && verb != PatchVerb.Remove)
            throw ScimException.InvalidValue("add and replace need a value.");
        var path = operation["path"] is { } given
            ? PatchPath.Parse(type, ScimJson.Text(given) ?? throw ScimException.InvalidPath("path must be a string."))
            : PatchPath.Resource;
        if (!path.IsResource)
            return [new(verb, path, value)];
        if (verb == PatchVerb.Remove)
            throw ScimException.NoTarget("remove needs a path to an attribute.");
        return value is JsonObject attributes
            ? Spread(type, verb, attributes)
            : throw ScimException.InvalidValue("Without a path the value must be an object.");
    }

    /// <summary>What a client repeats of the resource without being able to change it is passed over.</summary>
    private static IEnumerable<PatchOperation> Spread(ScimResourceType type, PatchVerb verb, JsonObject attributes) =>
        from attribute in attributes
        where attribute.Key.ToUpperInvariant() is not ("ID" or "META" or "SCHEMAS")
        select new PatchOperation(verb, PatchPath.Parse(type, attribute.Key), attribute.Value);

    private static PatchVerb ParseVerb(string? op) => op?.ToUpperInvariant() switch
    {
        "ADD" => PatchVerb.Add,
        "REMOVE" => PatchVerb.Remove,
        "REPLACE" => PatchVerb.Replace,
        _ => throw ScimException.InvalidSyntax($"op must be add, remove or replace, not '{op}'."),
    };
}
