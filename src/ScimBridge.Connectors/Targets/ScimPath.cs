using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimBridge.Connectors.Targets;

/// <summary>
/// One value of a SCIM resource: <c>title</c>, <c>name.givenName</c>, <c>phoneNumbers[work]</c>, <c>addresses[work].locality</c>, or any
/// of these behind the URN of an extension.
/// </summary>
/// <param name="Schema">The extension, or null for the core.</param>
/// <param name="Name">The attribute.</param>
/// <param name="Type">Of several values, the one of this type; without one, the primary or else the first.</param>
/// <param name="Sub">The sub-attribute.</param>
internal readonly partial record struct ScimPath(string? Schema, string Name, string? Type, string? Sub)
{
    private static readonly string[] ManyValued = ["emails", "phoneNumbers", "addresses", "ims", "photos", "entitlements", "roles", "x509Certificates"];

    public static ScimPath? Parse(string text)
    {
        var colon = text.StartsWith("urn:", StringComparison.OrdinalIgnoreCase) ? text.LastIndexOf(':') : -1;
        var match = Pattern().Match(text[(colon + 1)..]);
        if (!match.Success || (colon < 0 && text.Contains(':', StringComparison.Ordinal)))
            return null;
        return new ScimPath(colon < 0 ? null : text[..colon], match.Groups["name"].Value, Part("type"), Part("sub"));

        string? Part(string group) => match.Groups[group].Success ? match.Groups[group].Value : null;
    }

    /// <summary>Whether it lies within this attribute; names do not differ by case (RFC 7643, 2.1).</summary>
    public bool IsOf(string? schema, string name) =>
        string.Equals(Schema, schema, StringComparison.OrdinalIgnoreCase) && string.Equals(Name, name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The value within the attribute, free of its surroundings; null where there is none.</summary>
    public JsonNode? Read(JsonNode? attribute)
    {
        var value = attribute is JsonArray values ? Choose(values) : attribute;
        if (value is JsonObject complex)
            value = complex[Sub ?? "value"];
        else if (Sub is not null)
            return null;
        return value is JsonValue ? value.DeepClone() : null;
    }

    /// <summary>Puts the value where it belongs.</summary>
    public void Write(JsonObject resource, JsonNode value)
    {
        var home = resource;
        if (Schema is not null)
            home = (JsonObject)(resource[Schema] ??= new JsonObject());
        if (ManyValued.Contains(Name, StringComparer.Ordinal))
        {
            var list = (JsonArray)(home[Name] ??= new JsonArray());
            var type = Type ?? "work";
            if (list.OfType<JsonObject>().FirstOrDefault(v => (string?)v["type"] == type) is not { } element)
            {
                element = new JsonObject { ["type"] = type };
                if (Type is null)
                    element["primary"] = true;
                list.Add(element);
            }

            element[Sub ?? "value"] = value;
        }
        else if (Sub is not null)
        {
            ((JsonObject)(home[Name] ??= new JsonObject()))[Sub] = value;
        }
        else
        {
            home[Name] = Name == "manager" ? new JsonObject { ["value"] = value } : value;
        }
    }

    private JsonObject? Choose(JsonArray values)
    {
        var (elements, type) = (values.OfType<JsonObject>().ToList(), Type);
        return type is not null
            ? elements.Find(v => string.Equals((string?)v["type"], type, StringComparison.OrdinalIgnoreCase))
            : elements.Find(v => v["primary"] is JsonValue p && p.TryGetValue<bool>(out var primary) && primary) ?? elements.FirstOrDefault();
    }

    [GeneratedRegex(@"^(?<name>[A-Za-z][A-Za-z0-9_\-]*)(?:\[(?<type>[A-Za-z]+)\])?(?:\.(?<sub>[A-Za-z][A-Za-z0-9_\-]*))?$", RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
