using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Connectors;

namespace ScimBridge.Server.Hosting;

/// <summary>
/// Environment variables over the file: <c>SCIMBRIDGE__storage__path=/data/bridge.db</c> sets <c>$.storage.path</c>. Names are matched
/// without regard to case, <c>-</c> in a name may be written <c>_</c>, and a number stands for an element of a list (0 begins one that the file has not). A value that is
/// JSON (a number, true, false, a list, an object, a quoted string) is taken as that, anything else as a string.
/// </summary>
public static class EnvironmentOverlay
{
    /// <summary>What the names of the variables begin with.</summary>
    public const string Prefix = "SCIMBRIDGE__";

    /// <summary>Writes the variables into the configuration, in the order of their names.</summary>
    public static void Apply(JsonObject configuration, IDictionary environment, List<ConfigurationFault> faults)
    {
        var variables = environment.Keys.OfType<string>()
            .Where(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal);
        foreach (var variable in variables)
        {
            var names = variable[Prefix.Length..].Split("__");
            if (names.Any(n => n.Length == 0))
                faults.Add(new(variable, "names no key: write SCIMBRIDGE__section__key."));
            else
                Set(configuration, names, Parse((string?)environment[variable] ?? ""), variable, faults);
        }
    }

    private static void Set(JsonNode node, ReadOnlySpan<string> names, JsonNode? value, string variable, List<ConfigurationFault> faults)
    {
        switch (node)
        {
            case JsonObject json:
                var key = Existing(json, names[0]) ?? Canonical(names[0]);
                if (names.Length == 1)
                    json[key] = value;
                else
                    Set(json[key] ??= names[1] == "0" ? new JsonArray() : new JsonObject(), names[1..], value, variable, faults);
                break;
            case JsonArray array when int.TryParse(names[0], System.Globalization.CultureInfo.InvariantCulture, out var index) && index >= 0 && index <= array.Count:
                if (index == array.Count)
                    array.Add(names.Length == 1 ? null : new JsonObject());
                if (names.Length == 1)
                    array[index] = value;
                else
                    Set(array[index]!, names[1..], value, variable, faults);
                break;
            default:
                faults.Add(new(variable, $"'{names[0]}' leads into a value that has no keys."));
                break;
        }
    }

    private static string? Existing(JsonObject json, string name) =>
        json.Select(p => p.Key).FirstOrDefault(k => string.Equals(k.Replace('-', '_'), name.Replace('-', '_'), StringComparison.OrdinalIgnoreCase));

    // A key that the file has not: variables are often written in capitals, keys never are.
    private static string Canonical(string name) =>
        name.All(c => !char.IsAsciiLetterLower(c)) ? name.ToLowerInvariant() : name;

    private static JsonNode? Parse(string value)
    {
        try
        {
            return value.Length == 0 ? JsonValue.Create("") : JsonNode.Parse(value);
        }
        catch (JsonException)
        {
            return JsonValue.Create(value);
        }
    }
}
