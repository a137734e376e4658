using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Patching;

/// <summary>From a PatchOp message to operations that each have a path (RFC 7644 3.5.2).</summary>
public static class PatchReader
{
    public const int DefaultMaxOperations = 1000;

    /// <param name="message">The body, as <see cref="JsonBody"/> reads it.</param>
    /// <param name="type">The type of the resource that is patched.</param>
    /// <param name="profile">The tolerances of the client.</param>
    /// <param name="maxOperations">How many operations there may be.</param>
    /// <exception cref="ScimException">invalidSyntax, invalidPath, invalidFilter, invalidValue, noTarget, mutability, or 413; the detail names the operation.</exception>
    public static PatchRequest Read(JsonObject message, ResourceType type, ClientProfile profile, int maxOperations = DefaultMaxOperations)
    {
        SchemasRule.CheckMessage(Member(message, "schemas"), MessageUris.PatchOp, profile);
        if (Member(message, "Operations") is not JsonArray { Count: > 0 } given)
        {
            throw ScimError.InvalidSyntax("Operations must be a non-empty array.").AsException();
        }

        if (given.Count > maxOperations)
        {
            throw ScimError.PayloadTooLarge(
                string.Create(CultureInfo.InvariantCulture, $"There are more than {maxOperations} operations in the PATCH.")).AsException();
        }

        var ignored = new List<string>();
        var operations = new List<PatchOperation>();
        for (var i = 0; i < given.Count; i++)
        {
            var index = i;
            operations.AddRange(OperationFault.Locate(index, () => ReadOne(given[index], index, type, profile, ignored)));
        }

        return new PatchRequest(operations, ignored);
    }

    private static List<PatchOperation> ReadOne(JsonNode? node, int index, ResourceType type, ClientProfile profile, List<string> ignored)
    {
        if (node is not JsonObject operation)
        {
            throw ScimError.InvalidSyntax("An operation must be a JSON object.").AsException();
        }

        var verb = Verb(Member(operation, "op"));
        var hasValue = operation.Any(m => Is(m.Key, "value"));
        var value = Member(operation, "value");
        var path = Path(Member(operation, "path"));
        if (verb == PatchVerb.Remove)
        {
            return path is { Length: > 0 }
                ? [new PatchOperation(index, verb, PatchPathParser.Parse(path, type, profile), value)]
                : throw ScimError.NoTarget("remove needs a path.").AsException();
        }

        if (!hasValue)
        {
            throw ScimError.InvalidValue($"{CharacteristicNames.Of(verb)} needs a value.").AsException();
        }

        if (path is null)
        {
            return value is JsonObject members
                ? PatchMembers.Expand(index, verb, members, type, profile, ignored)
                : throw ScimError.InvalidSyntax("Without a path the value must be a JSON object.").AsException();
        }

        var parsed = PatchPathParser.Parse(path, type, profile);
        return parsed.Extension is { } extension
            ? PatchMembers.ExpandExtension(index, verb, extension, value, profile, ignored)
            : [new PatchOperation(index, verb, parsed, value)];
    }

    /// <summary>The verb, in any case: Entra ID writes <c>Add</c> and <c>Replace</c>, and nothing else could be meant.</summary>
    private static PatchVerb Verb(JsonNode? node) =>
        node is JsonValue && node.GetValueKind() == JsonValueKind.String
            ? node.GetValue<string>().ToUpperInvariant() switch
            {
                "ADD" => PatchVerb.Add,
                "REMOVE" => PatchVerb.Remove,
                "REPLACE" => PatchVerb.Replace,
                _ => throw ScimError.InvalidSyntax("op must be add, remove or replace.").AsException(),
            }
            : throw ScimError.InvalidSyntax("op must be add, remove or replace.").AsException();

    private static string? Path(JsonNode? node) => node switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw ScimError.InvalidPath("path must be a string.").AsException(),
    };

    private static JsonNode? Member(JsonObject json, string name) => json.FirstOrDefault(m => Is(m.Key, name)).Value;

    private static bool Is(string key, string name) => string.Equals(key, name, StringComparison.OrdinalIgnoreCase);
}
