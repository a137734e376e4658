using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Resources;

/// <summary>Reads one simple value and checks it against its type (RFC 7643 2.3). What is kept is what was sent, never a rewritten form.</summary>
internal static class ScalarReader
{
    public static JsonNode Read(AttributeDefinition attribute, JsonNode node, string where, ClientProfile profile)
    {
        var kind = node is JsonObject or JsonArray ? JsonValueKind.Undefined : node.GetValueKind();
        var value = attribute.Type switch
        {
            AttributeType.Boolean => Boolean(node, kind, profile),
            AttributeType.Integer => kind == JsonValueKind.Number && IsInteger(node.ToJsonString()) ? node.DeepClone() : null,
            AttributeType.Decimal =>
                kind == JsonValueKind.Number && Canonical.OfNumber(node.ToJsonString(), attribute.Type) is not null ? node.DeepClone() : null,
            _ => Text(attribute, node, kind, profile),
        };
        return value ?? throw ScimError.InvalidValue($"{where} must be {Wanted(attribute.Type)}.").AsException();
    }

    private static JsonNode? Boolean(JsonNode node, JsonValueKind kind, ClientProfile profile) =>
        kind is JsonValueKind.True or JsonValueKind.False ? node.DeepClone()
        : kind == JsonValueKind.String && BooleansAsStrings.Read(node, profile) is { } value ? JsonValue.Create(value)
        : null;

    private static JsonNode? Text(AttributeDefinition attribute, JsonNode node, JsonValueKind kind, ClientProfile profile)
    {
        var text = kind switch
        {
            JsonValueKind.String => node.GetValue<string>(),
            JsonValueKind.Number when attribute.Type == AttributeType.String => NumbersAsStrings.Read(node, profile),
            _ => null,
        };
        if (text is null)
        {
            return null;
        }

        var fits = attribute.Type switch
        {
            AttributeType.DateTime => XsdDateTime.Parse(text) is not null,
            AttributeType.Binary => Base64.IsValid(text),
            _ => true,
        };
        return fits ? JsonValue.Create(text) : null;
    }

    /// <summary>An integer has neither fraction nor exponent (RFC 7643 2.3.4) and fits 64 bits, so that no store rounds it.</summary>
    private static bool IsInteger(string json) => long.TryParse(json, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    private static string Wanted(AttributeType type) => type switch
    {
        AttributeType.Boolean => "true or false",
        AttributeType.Integer => "an integer of 64 bits",
        AttributeType.Decimal => "a number",
        AttributeType.DateTime => "a dateTime with date and time, such as 2026-01-05T10:00:00Z",
        AttributeType.Binary => "data in base64",
        _ => "a string",
    };
}
