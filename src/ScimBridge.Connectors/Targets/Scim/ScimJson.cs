using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// Reads what servers send, which is more than they should: attribute names in any case (RFC 7643 section 2.1 allows it), numbers for
/// identifiers, texts for booleans, no JSON at all.
/// </summary>
internal static class ScimJson
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>The object, or null where the text is none, whatever its content type says.</summary>
    public static JsonObject? Parse(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart("\uFEFF \t\r\n"u8);
        if (text is not [(byte)'{', ..])
            return null;
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static JsonNode? Get(JsonObject? resource, string name)
    {
        if (resource is null)
            return null;
        return resource.TryGetPropertyValue(name, out var exact)
            ? exact
            : resource.FirstOrDefault(property => property.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
    }

    /// <summary>A text or a number as text; null for anything else and for nothing.</summary>
    public static string? Text(JsonObject? resource, string name) => Get(resource, name) is JsonValue value
        ? value.GetValueKind() switch
        {
            JsonValueKind.String => value.GetValue<string>() is { Length: > 0 } text ? text : null,
            JsonValueKind.Number => value.ToJsonString(),
            _ => null,
        }
        : null;

    public static int? Number(JsonObject? resource, string name) =>
        int.TryParse(Text(resource, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static bool? Truth(JsonObject? resource, string name) => Get(resource, name) is JsonValue value
        ? value.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.String when bool.TryParse(value.GetValue<string>(), out var truth) => truth,
            _ => null,
        }
        : null;
}
