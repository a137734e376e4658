using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;

namespace ScimBridge.Scim.Messages;

/// <summary>
/// References of the form <c>bulkId:xyz</c> to what another operation of the same request creates (RFC 7644 3.7.2): as an id, or as
/// the last segment of a URI.
/// </summary>
public static class BulkReference
{
    private const string Prefix = "bulkId:";

    /// <summary>The bulkIds that occur in the data, each once.</summary>
    public static IReadOnlyList<string> In(JsonNode? data) => [.. All(data).Distinct(StringComparer.Ordinal)];

    /// <summary>The bulkId that a text refers to, or null.</summary>
    public static string? Of(string? text)
    {
        if (text is null)
        {
            return null;
        }

        var start = text.LastIndexOf('/') + 1;
        return text.AsSpan(start).StartsWith(Prefix, StringComparison.Ordinal) ? text[(start + Prefix.Length)..] : null;
    }

    /// <summary>The data with every reference replaced by the id of what was created.</summary>
    /// <param name="data">The data; it is not changed.</param>
    /// <param name="idOf">The id that a bulkId stands for, or null if its operation failed.</param>
    /// <exception cref="ScimException">409: a reference is to an operation that failed.</exception>
    public static JsonObject Resolve(JsonObject data, Func<string, string?> idOf)
    {
        var resolved = (JsonObject)data.DeepClone();
        ResolveIn(resolved, idOf);
        return resolved;
    }

    /// <summary>The id that stands for a text that may be a reference.</summary>
    /// <exception cref="ScimException">409: the reference is to an operation that failed.</exception>
    public static string Resolve(string text, Func<string, string?> idOf) =>
        Of(text) is not { } bulkId ? text
        : idOf(bulkId) is { } id ? text[..^(Prefix.Length + bulkId.Length)] + id
        : throw ScimError.Conflict($"The operation with the bulkId \"{bulkId}\" failed.").AsException();

    private static void ResolveIn(JsonNode? node, Func<string, string?> idOf)
    {
        switch (node)
        {
            case JsonObject json:
                foreach (var (name, value) in json.ToList())
                {
                    if (Text(value) is { } text && Of(text) is not null)
                    {
                        json[name] = Resolve(text, idOf);
                    }

                    ResolveIn(value, idOf);
                }

                break;
            case JsonArray array:
                for (var i = 0; i < array.Count; i++)
                {
                    if (Text(array[i]) is { } text && Of(text) is not null)
                    {
                        array[i] = Resolve(text, idOf);
                    }

                    ResolveIn(array[i], idOf);
                }

                break;
        }
    }

    private static IEnumerable<string> All(JsonNode? node) => node switch
    {
        JsonObject json => json.SelectMany(m => All(m.Value)),
        JsonArray array => array.SelectMany(All),
        _ => Of(Text(node)) is { } bulkId ? [bulkId] : [],
    };

    private static string? Text(JsonNode? node) =>
        node is JsonValue && node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
