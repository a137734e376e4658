using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>One page of JSON, and what stands in it by paths of members.</summary>
internal sealed class JsonPage : IDisposable
{
    private readonly JsonDocument _document;
    private readonly string _call;

    private JsonPage(JsonDocument document, string call)
    {
        _document = document;
        _call = call;
    }

    public static JsonPage Of(HttpAnswer answer)
    {
        try
        {
            return new JsonPage(JsonDocument.Parse(answer.Body), answer.Call);
        }
        catch (JsonException e)
        {
            throw new FeedException($"{answer.Call}: the answer is no sound JSON, or breaks off.", e);
        }
    }

    /// <summary>The bytes of a value.</summary>
    public static ReadOnlyMemory<byte> BytesOf(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).ToArray();

    /// <summary>What stands at a path of members; null where nothing does.</summary>
    public static JsonElement? At(JsonElement from, IReadOnlyList<string> path)
    {
        foreach (var name in path)
        {
            if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(name, out from))
                return null;
        }

        return from.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : from;
    }

    /// <summary>The text or number at a path of members.</summary>
    public static string? TextAt(JsonElement from, params IReadOnlyList<string> path) => At(from, path) switch
    {
        { ValueKind: JsonValueKind.String } text => text.GetString() is { Length: > 0 } value ? value : null,
        { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } other => other.GetRawText(),
        _ => null,
    };

    public string? Text(params IReadOnlyList<string> path) => TextAt(_document.RootElement, path);

    public long? Number(params IReadOnlyList<string> path) =>
        long.TryParse(Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public JsonElement? At(params IReadOnlyList<string> path) => At(_document.RootElement, path);

    /// <summary>The list at a path of members, or the page itself where it is a list.</summary>
    public IReadOnlyList<JsonElement> Items(params IReadOnlyList<string> path)
    {
        var list = _document.RootElement.ValueKind == JsonValueKind.Array ? _document.RootElement : At(path);
        return list is { ValueKind: JsonValueKind.Array } items
            ? [.. items.EnumerateArray()]
            : throw new FeedException($"{_call}: the answer has no list {(path.Count == 0 ? "at its top" : $"at {string.Join('.', path)}")}.");
    }

    public void Dispose() => _document.Dispose();
}
