using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;

namespace ScimBridge.Scim.Messages;

/// <summary>
/// From the bytes of a request to a JSON object whose names match in any case (RFC 7643 2.1). Bad JSON, bad UTF-8, deep
/// nesting, trailing data, and names that occur twice, be it in another case, are invalidSyntax.
/// </summary>
public static class JsonBody
{
    public const int MaxDepth = 32;

    private static readonly JsonNodeOptions AnyCase = new() { PropertyNameCaseInsensitive = true };

    /// <exception cref="ScimException">invalidSyntax.</exception>
    public static JsonObject Parse(ReadOnlyMemory<byte> utf8)
    {
        ReadOnlySpan<byte> byteOrderMark = [0xEF, 0xBB, 0xBF];
        if (utf8.Span.StartsWith(byteOrderMark))
        {
            utf8 = utf8[byteOrderMark.Length..];
        }

        if (!Utf8.IsValid(utf8.Span))
        {
            throw Fault("The body is not UTF-8.");
        }

        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
            return From(document.RootElement);
        }
        catch (JsonException)
        {
            throw Fault(utf8.IsEmpty ? "The body is empty." : "The body is not a JSON document, or it is nested too deep.");
        }
    }

    /// <exception cref="ScimException">invalidSyntax.</exception>
    public static JsonObject From(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? Object(element) : throw Fault("The body must be a JSON object.");

    private static JsonObject Object(JsonElement element)
    {
        var json = new JsonObject(AnyCase);
        foreach (var member in element.EnumerateObject())
        {
            var name = Text(() => member.Name);
            if (json.ContainsKey(name))
            {
                throw Fault("The body has a name twice in one object.");
            }

            json.Add(name, Node(member.Value));
        }

        return json;
    }

    private static JsonNode? Node(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => Object(element),
        JsonValueKind.Array => new JsonArray(AnyCase, [.. element.EnumerateArray().Select(Node)]),
        JsonValueKind.String => JsonValue.Create(Text(() => element.GetString()!)),
        JsonValueKind.True => JsonValue.Create(true),
        JsonValueKind.False => JsonValue.Create(false),
        JsonValueKind.Number => JsonValue.Create(element.Clone()),
        _ => null,
    };

    private static string Text(Func<string> read)
    {
        string text;
        try
        {
            text = read();
        }
        catch (InvalidOperationException)
        {
            // The escapes of JSON can spell half a surrogate pair, which is no text.
            throw Fault("The body has a string with half a surrogate pair.");
        }

        return TextRules.IsStorable(text) ? text : throw Fault("The body has a string with a character that is none.");
    }

    private static ScimException Fault(string detail) => ScimError.InvalidSyntax(detail).AsException();
}
