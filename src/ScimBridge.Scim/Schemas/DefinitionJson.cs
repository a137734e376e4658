using System.Text.Json;

namespace ScimBridge.Scim.Schemas;

/// <summary>One JSON object of a definition, read with every fault noted instead of stopping at the first.</summary>
internal readonly record struct DefinitionJson(JsonElement Element, string Where, List<string> Faults)
{
    public void Fault(string message) => Faults.Add($"{Where}: {message}");

    public JsonElement? Member(string name) =>
        Element.ValueKind == JsonValueKind.Object && Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    public string? Text(string name)
    {
        if (Member(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            return value.GetString();
        }

        Fault($"{name} must be a string");
        return null;
    }

    public string? RequiredText(string name)
    {
        var text = Text(name);
        if (!string.IsNullOrWhiteSpace(text))
        {
            return text;
        }

        Fault($"{name} is missing");
        return null;
    }

    public bool Flag(string name, bool fallback)
    {
        if (Member(name) is not { } value)
        {
            return fallback;
        }

        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return value.GetBoolean();
        }

        Fault($"{name} must be true or false");
        return fallback;
    }

    public IReadOnlyList<string> Texts(string name)
    {
        if (Member(name) is not { } value)
        {
            return [];
        }

        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String))
        {
            return [.. value.EnumerateArray().Select(e => e.GetString()!)];
        }

        Fault($"{name} must be an array of strings");
        return [];
    }

    public TEnum Choice<TEnum>(string name, TEnum fallback)
        where TEnum : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (string.Equals(CharacteristicNames.Of(value), text, StringComparison.Ordinal))
            {
                return value;
            }
        }

        Fault($"{name} cannot be \"{text}\"");
        return fallback;
    }
}
