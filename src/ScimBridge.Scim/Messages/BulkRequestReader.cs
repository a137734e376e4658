using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Messages;

/// <summary>
/// Reads a bulk request (RFC 7644 3.7). A fault of the envelope refuses the request; a fault of one operation stays with it.
/// </summary>
public static class BulkRequestReader
{
    /// <param name="message">The body, as <see cref="JsonBody"/> gives it.</param>
    /// <param name="catalog">The endpoints there are.</param>
    /// <param name="profile">The tolerances of the client.</param>
    /// <param name="maxOperations">The limit that the server publishes.</param>
    /// <param name="baseUrl">The public base URL: a path may be absolute beneath it.</param>
    /// <exception cref="ScimException">invalidSyntax, invalidValue, or 413 with the name of the limit.</exception>
    public static BulkRequest Read(JsonObject message, SchemaCatalog catalog, ClientProfile profile, int maxOperations, string baseUrl)
    {
        SchemasRule.CheckMessage(Member(message, "schemas"), MessageUris.BulkRequest, profile);
        if (Member(message, "Operations") is not JsonArray { Count: > 0 } given || given.Any(o => o is not JsonObject))
        {
            throw ScimError.InvalidSyntax("Operations must be a non-empty array of objects.").AsException();
        }

        if (given.Count > maxOperations)
        {
            throw ScimError.PayloadTooLarge(string.Create(
                CultureInfo.InvariantCulture, $"The bulk request has {given.Count} operations, more than maxOperations ({maxOperations}).")).AsException();
        }

        var operations = given.Select((o, i) => ReadOne((JsonObject)o!, i, catalog, baseUrl)).ToList();
        if (operations.Where(o => o.BulkId is not null).GroupBy(o => o.BulkId, StringComparer.Ordinal).Any(g => g.Skip(1).Any()))
        {
            throw ScimError.InvalidValue("A bulkId occurs twice in the request.").AsException();
        }

        return new BulkRequest(FailOnErrors(Member(message, "failOnErrors")), operations);
    }

    private static int? FailOnErrors(JsonNode? node)
    {
        if (node is null)
        {
            return null;
        }

        return node is JsonValue && node.GetValueKind() == JsonValueKind.Number
            && int.TryParse(node.ToJsonString(), NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1
            ? limit
            : throw ScimError.InvalidValue("failOnErrors must be an integer from 1.").AsException();
    }

    private static BulkOperation ReadOne(JsonObject json, int index, SchemaCatalog catalog, string baseUrl)
    {
        var methodText = Text(json, "method") ?? "";
        var operation = new BulkOperation { Index = index, MethodText = methodText, BulkId = Text(json, "bulkId"), Version = Text(json, "version") };
        if (Method(methodText) is not { } method)
        {
            return operation with { Fault = ScimError.InvalidSyntax("method must be POST, PUT, PATCH or DELETE.") };
        }

        operation = operation with { Method = method, MethodText = methodText.ToUpperInvariant() };
        if (Text(json, "path") is not { } path)
        {
            return operation with { Fault = ScimError.InvalidSyntax("path is required.") };
        }

        if (Target(path, catalog, baseUrl) is not var (type, id) || (id is null) != (method == BulkMethod.Post))
        {
            return operation with { Fault = ScimError.InvalidPath(method == BulkMethod.Post
                ? "path must be the endpoint of a resource type."
                : "path must be a resource: the endpoint of its type and its id.") };
        }

        operation = operation with { Type = type, Id = id, Data = method == BulkMethod.Delete ? null : Data(json, method) };
        return operation switch
        {
            { Method: BulkMethod.Post, BulkId: null } => operation with { Fault = ScimError.InvalidValue("POST needs a bulkId.") },
            { Method: not BulkMethod.Delete, Data: null } => operation with { Fault = ScimError.InvalidSyntax("data must be a JSON object.") },
            _ => operation,
        };
    }

    private static (ResourceType Type, string? Id)? Target(string path, SchemaCatalog catalog, string baseUrl)
    {
        var relative = path.StartsWith(baseUrl + "/", StringComparison.OrdinalIgnoreCase) ? path[baseUrl.Length..] : path;
        var segments = relative.Trim('/').Split('/');
        return segments.Length <= 2 && catalog.FindEndpoint(segments[0]) is { } type && segments.All(s => s.Length > 0)
            ? (type, segments.Length == 2 ? Uri.UnescapeDataString(segments[1]) : null)
            : null;
    }

    /// <summary>The data; the operations of a PATCH alone, as an example of RFC 7644 3.7.3 has them, become the message that they stand for.</summary>
    private static JsonObject? Data(JsonObject json, BulkMethod method) => Member(json, "data") switch
    {
        JsonObject data => data,
        JsonArray operations when method == BulkMethod.Patch => new JsonObject
        {
            ["schemas"] = new JsonArray(MessageUris.PatchOp),
            ["Operations"] = operations.DeepClone(),
        },
        _ => null,
    };

    private static BulkMethod? Method(string text) => text.ToUpperInvariant() switch
    {
        "POST" => BulkMethod.Post,
        "PUT" => BulkMethod.Put,
        "PATCH" => BulkMethod.Patch,
        "DELETE" => BulkMethod.Delete,
        _ => null,
    };

    private static string? Text(JsonObject json, string name) =>
        Member(json, name) is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 } text ? text : null;

    private static JsonNode? Member(JsonObject json, string name) =>
        json.FirstOrDefault(m => string.Equals(m.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
}
