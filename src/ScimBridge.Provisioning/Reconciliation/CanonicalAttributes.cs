using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>
/// Brings what an account should have and what it has into one form, in which the planner compares them. What a target has beside what it
/// should is its own, and is left out; so is what it adds to a value by itself (<c>display</c>, <c>$ref</c>, a <c>primary</c> that nobody
/// asked for). Names and values that do not differ by case (RFC 7643, 2.1 and 4.1) do not differ here.
/// </summary>
public static class CanonicalAttributes
{
    // Put together by many servers themselves (RFC 7643, 4.1.1 and 4.1.2).
    private const string Formatted = "formatted";

    /// <summary>What should be.</summary>
    /// <param name="shown">As the target would show it.</param>
    /// <param name="unshown">What the target has not shown this time.</param>
    public static JsonObject Wanted(JsonObject shown, IReadOnlyList<AttributeName> unshown)
    {
        ArgumentNullException.ThrowIfNull(shown);
        ArgumentNullException.ThrowIfNull(unshown);
        var wanted = (JsonObject)shown.DeepClone();
        foreach (var (schema, name) in unshown)
            Remove(wanted, schema, name);
        return Object(wanted);
    }

    /// <summary>What is, of what should be.</summary>
    /// <param name="observed">What the target shows.</param>
    /// <param name="wanted">What should be, of <see cref="Wanted"/>.</param>
    /// <param name="cleared">What is to have no value, whatever it has.</param>
    public static JsonObject Observed(JsonObject observed, JsonObject wanted, IReadOnlyList<AttributeName> cleared)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        ArgumentNullException.ThrowIfNull(cleared);
        var seen = new JsonObject();
        foreach (var (name, value) in wanted)
        {
            if (AccountMapping.IsSchema(name))
            {
                var within = new JsonObject();
                foreach (var (part, wantedPart) in value!.AsObject())
                    Put(within, part, Like(part, Get(Get(observed, name) as JsonObject, part), wantedPart));
                Put(seen, name, within.Count == 0 ? null : within);
            }
            else
            {
                Put(seen, name, Like(name, Get(observed, name), value));
            }
        }

        foreach (var (schema, name) in cleared)
        {
            // A null says that there is nothing, as in what was acknowledged.
            var value = Value(name, schema is null ? Get(observed, name) : Get(Get(observed, schema) as JsonObject, name));
            if (schema is null)
                seen[name] = value;
            else
                ((JsonObject)(seen[schema] ??= new JsonObject()))[name] = value;
        }

        return seen;
    }

    // In the shape of what is wanted: some servers show one value as a list, or the value of a reference bare.
    private static JsonNode? Like(string name, JsonNode? seen, JsonNode? wanted)
    {
        switch (wanted)
        {
            case JsonObject complex:
                if (seen is JsonValue && complex.Count == 1 && complex.ContainsKey("value"))
                    seen = new JsonObject { ["value"] = seen.DeepClone() };
                return seen is JsonObject one ? Parts(name, one, complex) : null;
            case JsonArray list:
                var elements = seen as JsonArray ?? (seen is JsonObject ? new JsonArray(seen.DeepClone()) : []);
                return Sorted(elements.Select(element => element is JsonObject value ? Parts(name, value, ClosestTo(value, list)) : Value(name, element)));
            case JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False
                && seen is JsonValue text && text.TryGetValue<string>(out var word) && bool.TryParse(word, out var truth):
                return JsonValue.Create(truth);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String && seen is JsonValue number && number.GetValueKind() == JsonValueKind.Number:
                return Value(name, JsonValue.Create(number.ToJsonString()));
            default:
                return Value(name, seen);
        }
    }

    private static JsonObject? Parts(string name, JsonObject seen, JsonObject wanted)
    {
        var parts = new JsonObject();
        foreach (var (part, value) in wanted)
        {
            var there = Like(PartOf(name, part), Get(seen, part), value);
            if (there is null && part == Formatted)
                there = value?.DeepClone();
            Put(parts, part, there);
        }

        return parts.Count == 0 ? null : parts;
    }

    // The value that this one is to be: the same, or else one of the same type.
    private static JsonObject ClosestTo(JsonObject seen, JsonArray wanted)
    {
        var all = wanted.OfType<JsonObject>().ToList();
        return all.Find(w => Same("value", w, seen)) ?? all.Find(w => Same("type", w, seen)) ?? all.FirstOrDefault() ?? seen;
    }

    private static bool Same(string part, JsonObject one, JsonObject other) =>
        Get(one, part)?.ToString() is { } left && Get(other, part)?.ToString() is { } right && string.Equals(left, right, StringComparison.OrdinalIgnoreCase);

    private static JsonObject Object(JsonObject attributes, string within = "")
    {
        var canonical = new JsonObject();
        foreach (var (name, value) in attributes)
            Put(canonical, name, Value(PartOf(within, name), value));
        return canonical;
    }

    private static JsonNode? Value(string name, JsonNode? value) => value switch
    {
        null => null,
        JsonObject complex => Object(complex, name) is { Count: > 0 } parts ? parts : null,
        JsonArray list => Sorted(list.Select(element => Value(name, element))),
        JsonValue scalar when scalar.TryGetValue<string>(out var text) => text.Length == 0 ? null : JsonValue.Create(Text(name, text)),
        _ => value.DeepClone(),
    };

    private static string Text(string name, string text)
    {
        text = text.Normalize(NormalizationForm.FormC);
        return name is "userName" or "emails.value" || name.EndsWith(".type", StringComparison.Ordinal) ? text.ToLowerInvariant() : text;
    }

    private static JsonArray? Sorted(IEnumerable<JsonNode?> elements)
    {
        var sorted = elements.OfType<JsonNode>().Select(e => (Node: e, Text: e.ToJsonString())).DistinctBy(e => e.Text)
            .OrderBy(e => e.Text, StringComparer.Ordinal).Select(e => (JsonNode?)e.Node.DeepClone()).ToArray();
        return sorted.Length == 0 ? null : new JsonArray(sorted);
    }

    private static string PartOf(string name, string part) => name.Length == 0 || AccountMapping.IsSchema(name) ? part : $"{name}.{part}";

    private static JsonNode? Get(JsonObject? attributes, string name) => attributes is null ? null
        : attributes.TryGetPropertyValue(name, out var exact) ? exact
        : attributes.FirstOrDefault(a => a.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static void Put(JsonObject attributes, string name, JsonNode? value)
    {
        if (value is not null)
            attributes[name] = value;
    }

    private static void Remove(JsonObject attributes, string? schema, string name)
    {
        if (schema is null)
        {
            attributes.Remove(name);
        }
        else if (attributes[schema] is JsonObject extension)
        {
            extension.Remove(name);
            if (extension.Count == 0)
                attributes.Remove(schema);
        }
    }
}
