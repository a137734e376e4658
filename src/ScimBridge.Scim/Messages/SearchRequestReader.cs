using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Messages;

/// <summary>Reads the parameters of a query (RFC 7644 3.4.2, 3.4.3, RFC 9865 2). Unknown ones are passed over.</summary>
public static class SearchRequestReader
{
    /// <summary>Reads the body of <c>/.search</c>, as <see cref="JsonBody"/> gives it.</summary>
    /// <exception cref="ScimException">invalidSyntax or invalidValue.</exception>
    public static SearchRequest Read(JsonObject message, ClientProfile profile)
    {
        JsonNode? Member(string name) => message.FirstOrDefault(m => string.Equals(m.Key, name, StringComparison.OrdinalIgnoreCase)).Value;
        SchemasRule.CheckMessage(Member("schemas"), MessageUris.SearchRequest, profile);
        return Build(
            Names(Member("attributes"), "attributes"),
            Names(Member("excludedAttributes"), "excludedAttributes"),
            name => Member(name) is { } node ? Text(node, name) : null);
    }

    /// <summary>Reads the parameters of a URL, already decoded.</summary>
    /// <param name="parameter">The value of a parameter, empty if it has none, or null if it is not there.</param>
    /// <exception cref="ScimException">invalidValue.</exception>
    public static SearchRequest Read(Func<string, string?> parameter) => Build(
        Projection.Names(parameter("attributes")), Projection.Names(parameter("excludedAttributes")), parameter);

    private static SearchRequest Build(IReadOnlyList<string> attributes, IReadOnlyList<string> excludedAttributes, Func<string, string?> parameter)
    {
        var request = new SearchRequest
        {
            Attributes = attributes,
            ExcludedAttributes = excludedAttributes,
            Filter = parameter("filter"),
            SortBy = parameter("sortBy") is { Length: > 0 } sortBy ? sortBy : null,
            Descending = IsDescending(parameter("sortOrder")),
            StartIndex = Number(parameter("startIndex"), "startIndex", least: 1),
            Count = Number(parameter("count"), "count", least: 0),
            Cursor = parameter("cursor"),
        };
        return request is { Cursor: not null, StartIndex: not null }
            ? throw ScimError.InvalidValue("cursor and startIndex exclude each other.").AsException()
            : request;
    }

    private static bool IsDescending(string? order) => order?.ToUpperInvariant() switch
    {
        null or "" or "ASCENDING" => false,
        "DESCENDING" => true,
        _ => throw ScimError.InvalidValue("sortOrder must be ascending or descending.").AsException(),
    };

    /// <summary>A number below the least means the least (RFC 7644 3.4.2.4).</summary>
    private static int? Number(string? text, string name, int least)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? (int)Math.Clamp(number, least, int.MaxValue)
            : throw ScimError.InvalidValue($"{name} must be an integer.").AsException();
    }

    private static string Text(JsonNode node, string name) => node is JsonObject or JsonArray
        ? throw ScimError.InvalidValue($"{name} must be a simple value.").AsException()
        : node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();

    /// <summary>An array of names; a comma-separated string, as it would be in a URL, is understood too.</summary>
    private static IReadOnlyList<string> Names(JsonNode? node, string name) => node switch
    {
        null => [],
        JsonArray array when array.All(e => e is JsonValue && e.GetValueKind() == JsonValueKind.String) =>
            [.. array.Select(e => e!.GetValue<string>().Trim()).Where(n => n.Length > 0)],
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Projection.Names(value.GetValue<string>()),
        _ => throw ScimError.InvalidValue($"{name} must be an array of strings.").AsException(),
    };
}
