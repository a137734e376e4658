using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ScimBridge.Connectors;

namespace ScimBridge.Server.Hosting;

/// <summary>
/// Reads JSON into option types and finds every fault, not only the first: unknown keys, wrong types, unknown words, missing keys,
/// each with its JSON path.
/// </summary>
public static class StrictJson
{
    /// <summary>How options are written: camelCase, words for enumerations, nothing unknown.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>Reads, where there are no faults; otherwise adds them and answers null.</summary>
    public static object? Read(JsonNode? node, Type type, string path, List<ConfigurationFault> faults)
    {
        var before = faults.Count;
        Check(node, Options.GetTypeInfo(type), path, faults);
        return faults.Count > before ? null : node.Deserialize(type, Options);
    }

    /// <summary>The JSON path of a member.</summary>
    public static string Member(string path, string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '$') ? $"{path}.{name}" : $"{path}['{name}']";

    private static void Check(JsonNode? node, JsonTypeInfo type, string path, List<ConfigurationFault> faults)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when node is JsonObject json:
                CheckObject(json, type, path, faults);
                break;
            case JsonTypeInfoKind.Dictionary when node is JsonObject json:
                foreach (var (name, value) in json)
                    Check(value, Options.GetTypeInfo(type.ElementType!), Member(path, name), faults);
                break;
            case JsonTypeInfoKind.Enumerable when node is JsonArray array:
                for (var i = 0; i < array.Count; i++)
                    Check(array[i], Options.GetTypeInfo(type.ElementType!), $"{path}[{i}]", faults);
                break;
            default:
                CheckValue(node, type, path, faults);
                break;
        }
    }

    private static void CheckObject(JsonObject json, JsonTypeInfo type, string path, List<ConfigurationFault> faults)
    {
        var known = type.Properties.ToDictionary(p => p.Name, StringComparer.Ordinal);
        foreach (var (name, value) in json)
        {
            if (!known.TryGetValue(name, out var property))
                faults.Add(new(Member(path, name), Unknown(name, known.Keys)));
            else if (property.CustomConverter is not null)
                CheckConverted(type, property, value, path, faults);
            else if (value is not null || !property.IsSetNullable)
                Check(value, Options.GetTypeInfo(property.PropertyType), Member(path, name), faults);
        }

        foreach (var property in type.Properties.Where(p => p.IsRequired && !json.ContainsKey(p.Name)))
            faults.Add(new(Member(path, property.Name), "is required."));
    }

    // A property with a spelling of its own is tried inside an object that has nothing else.
    private static void CheckConverted(
        JsonTypeInfo type, JsonPropertyInfo property, JsonNode? value, string path, List<ConfigurationFault> faults)
    {
        try
        {
            new JsonObject { [property.Name] = value?.DeepClone() }.Deserialize(type);
        }
        catch (JsonException)
        {
            faults.Add(new(Member(path, property.Name), $"cannot be {value?.ToJsonString() ?? "null"}."));
        }
    }

    private static void CheckValue(JsonNode? node, JsonTypeInfo type, string path, List<ConfigurationFault> faults)
    {
        try
        {
            node.Deserialize(type);
            if (node is not null || Nullable.GetUnderlyingType(type.Type) is not null)
                return;
        }
        catch (JsonException)
        {
            // Said below, in words of the file instead of those of .NET.
        }

        var plain = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        var expected = plain switch
        {
            _ when plain.IsEnum => "one of " + string.Join(", ", Enum.GetNames(plain).Select(JsonNamingPolicy.CamelCase.ConvertName)),
            _ when plain == typeof(string) => "a string",
            _ when plain == typeof(bool) => "true or false",
            _ when plain == typeof(int) || plain == typeof(long) => "a whole number",
            _ when plain == typeof(double) => "a number",
            _ when type.Kind == JsonTypeInfoKind.Enumerable => "a list",
            _ => "an object",
        };
        faults.Add(new(path, $"must be {expected}, and is {node?.ToJsonString() ?? "null"}."));
    }

    private static string Unknown(string name, IReadOnlyCollection<string> known)
    {
        var near = known.FirstOrDefault(k => string.Equals(k, name, StringComparison.OrdinalIgnoreCase))
            ?? known.FirstOrDefault(k => k.StartsWith(name, StringComparison.OrdinalIgnoreCase) || name.StartsWith(k, StringComparison.OrdinalIgnoreCase));
        return near is null
            ? $"is no key here; there are {string.Join(", ", known.Where(k => k != "$schema"))}."
            : $"is no key here; did you mean '{near}'?";
    }
}
