using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Conformance;

/// <summary>Reading JSON without ceremony: a path that leads nowhere gives null, never an exception.</summary>
internal static class Json
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 128 };

    /// <summary>Readable in reports: no \u0022 for a quotation mark inside a value.</summary>
    public static JsonSerializerOptions Indented { get; } =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Parses an answer; null when it is not JSON, holds a key twice, or is empty.</summary>
    public static JsonNode? TryParse(string text)
    {
        try
        {
            return string.IsNullOrWhiteSpace(text) ? null : JsonNode.Parse(text, documentOptions: Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Parses text that a case wrote itself.</summary>
    public static JsonObject Object(string text) => JsonNode.Parse(text)!.AsObject();

    /// <summary>The text as a JSON string with its quotation marks, as filters and bodies want it.</summary>
    public static string Quote(string text) => JsonSerializer.Serialize(text, Indented);

    /// <summary>Follows names separated by dots; an array on the way is entered at its first element.</summary>
    public static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (node is JsonArray array)
                node = array.Count > 0 ? array[0] : null;
            node = node is JsonObject value && value.TryGetPropertyValue(name, out var child) ? child : null;
        }
        return node;
    }

    /// <summary>The string at a path, or null when there is none or it is not a string.</summary>
    public static string? Text(this JsonNode? node, string path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The boolean at a path, or null when there is none or it is not a boolean.</summary>
    public static bool? Flag(this JsonNode? node, string path) =>
        node.At(path) is JsonValue value && value.GetValueKind() is JsonValueKind.True or JsonValueKind.False
            ? node.At(path)!.GetValue<bool>()
            : null;

    /// <summary>The whole number at a path, or null when there is none or it is not a whole number.</summary>
    public static int? Number(this JsonNode? node, string path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out int number)
            ? number
            : null;

    /// <summary>The objects of the array at a path; nothing when it is absent or no array.</summary>
    public static IReadOnlyList<JsonObject> Items(this JsonNode? node, string path) =>
        node.At(path) is JsonArray array ? [.. array.OfType<JsonObject>()] : [];

    /// <summary>The strings of the array at a path.</summary>
    public static IReadOnlyList<string> Strings(this JsonNode? node, string path) =>
        node.At(path) is JsonArray array
            ? [.. array.OfType<JsonValue>().Where(v => v.GetValueKind() == JsonValueKind.String).Select(v => v.GetValue<string>())]
            : [];

    /// <summary>The values of one sub-attribute over all elements of a multi-valued attribute.</summary>
    public static IReadOnlyList<string> Texts(this JsonNode? node, string path, string sub) =>
        [.. node.Items(path).Select(item => item.Text(sub)).OfType<string>()];

    /// <summary>Whether an object has a member of that name, whatever its value.</summary>
    public static bool Has(this JsonNode? node, string name) => node is JsonObject value && value.ContainsKey(name);

    /// <summary>A detached copy that may be put into another tree.</summary>
    public static JsonObject Copy(this JsonObject value) => value.DeepClone().AsObject();
}
