using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>How this target reads and writes JSON: names without regard to case, text as it is.</summary>
internal static class ScimJson
{
    public static readonly JsonNodeOptions NodeOptions = new() { PropertyNameCaseInsensitive = true };

    public static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly JsonSerializerOptions Serializer = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonDocumentOptions DocumentOptions = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Reads what a client sent: broken JSON, text that is none, and a name given twice, in whatever case, are refused.</summary>
    public static JsonObject ParseRequest(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            throw ScimException.InvalidSyntax("The body is not UTF-8.");
        try
        {
            var body = ParseObject(utf8);
            Unfold(body);
            return body;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw ScimException.InvalidSyntax($"The body is not valid JSON: {e.Message}");
        }
    }

    public static JsonObject ParseObject(ReadOnlySpan<byte> utf8) =>
        JsonNode.Parse(utf8, NodeOptions, DocumentOptions) as JsonObject
        ?? throw ScimException.InvalidSyntax("The body must be a JSON object.");

    public static JsonObject NewObject() => new(NodeOptions);

    public static string? Text(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>False for null, [], {} and objects that hold nothing else: "unassigned" in RFC 7643 section 2.5.</summary>
    public static bool HasValue(JsonNode? node) => node switch
    {
        null => false,
        JsonArray array => array.Count > 0,
        JsonObject complex => complex.Any(property => HasValue(property.Value)),
        _ => true,
    };

    /// <summary>Nodes are built when first touched; touching all of them brings a repeated name, or half a surrogate pair, to light here.</summary>
    private static void Unfold(JsonNode? node)
    {
        if (node is JsonObject complex)
        {
            foreach (var (_, value) in complex)
                Unfold(value);
        }
        else if (node is JsonArray array)
        {
            foreach (var element in array)
                Unfold(element);
        }
        else
        {
            Text(node);
        }
    }
}
