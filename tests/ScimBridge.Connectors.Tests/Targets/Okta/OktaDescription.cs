using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimBridge.Connectors.Tests.Targets.Okta;

/// <summary>
/// Okta's own description of its interface (see the note beside the file), against which every call and every answer in these tests is
/// held. Stricter than OpenAPI in one thing: a property that an object's schema does not name is a violation, unless it may be extended.
/// </summary>
internal static partial class OktaDescription
{
    private static readonly JsonObject Document =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Targets", "Okta", "okta-management-slice.json")))!.AsObject();

    private static readonly List<(Regex Path, string Template, JsonObject Item)> Paths = [.. Document["paths"]!.AsObject()
        .Select(p => (new Regex("^" + Parameter().Replace(Regex.Escape(p.Key).Replace("\\{", "{", StringComparison.Ordinal), "[^/]+") + "$", RegexOptions.NonBacktracking), p.Key, p.Value!.AsObject()))
        .OrderBy(p => p.Key.Count(c => c == '{'))];

    /// <summary>Statuses that any call may be answered with although the description does not list them for it.</summary>
    private static readonly int[] Anywhere = [401, 409, 412, 429, 500, 502, 503, 504];

    /// <summary>Everything that is wrong with an exchange.</summary>
    public static List<string> Violations(string method, string pathAndQuery, string request, int status, string reply)
    {
        var faults = new List<string>();
        var (path, query) = pathAndQuery.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark
            ? (pathAndQuery[..mark], pathAndQuery[(mark + 1)..])
            : (pathAndQuery, "");
        var (item, template) = Paths.Where(p => p.Path.IsMatch(path)).Select(p => (p.Item, p.Template)).FirstOrDefault();
        if (item?[method.ToLowerInvariant()] is not JsonObject operation)
            return [$"{method} {path}: no such operation"];

        var at = $"{method} {template}";
        CheckQuery(operation, query, at, faults);
        if (operation["requestBody"]?["content"]?["application/json"]?["schema"] is { } wanted)
            Check(request, wanted, at + " request", isRequest: true, faults);
        else if (request.Length > 0)
            faults.Add($"{at}: has a body");
        if (status == 0)
            return faults;

        if (Resolve(operation["responses"]![status.ToString(CultureInfo.InvariantCulture)]) is not { } response)
        {
            if (!Anywhere.Contains(status))
                faults.Add($"{at}: answered {status}");
            response = new JsonObject
            {
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = new JsonObject { ["$ref"] = "#/components/schemas/Error" } } },
            };
        }

        if (response["content"]?["application/json"]?["schema"] is { } answered && reply.Length > 0)
            Check(reply, answered, $"{at} {status}", isRequest: false, faults);
        return faults;
    }

    private static void CheckQuery(JsonObject operation, string query, string at, List<string> faults)
    {
        var known = (operation["parameters"]?.AsArray() ?? []).Select(p => Resolve(p)!).Where(p => (string?)p["in"] == "query")
            .ToDictionary(p => (string)p["name"]!, p => Resolve(p["schema"])!, StringComparer.Ordinal);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (Uri.UnescapeDataString(pair.Split('=')[0]), Uri.UnescapeDataString(pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]));
            if (!known.TryGetValue(name, out var schema))
                faults.Add($"{at}: parameter {name}");
            else if ((string?)schema["type"] == "boolean" && value is not ("true" or "false"))
                faults.Add($"{at}: {name} is no boolean");
            else if ((string?)schema["type"] == "integer" && (!int.TryParse(value, CultureInfo.InvariantCulture, out var number) || number > ((int?)schema["maximum"] ?? int.MaxValue) || number < ((int?)schema["minimum"] ?? 1)))
                faults.Add($"{at}: {name} is out of range");
        }
    }

    private static void Check(string text, JsonNode schema, string at, bool isRequest, List<string> faults)
    {
        try
        {
            Check(JsonNode.Parse(text), schema, at, isRequest, faults);
        }
        catch (JsonException)
        {
            faults.Add($"{at}: no JSON");
        }
    }

    private static void Check(JsonNode? value, JsonNode? unresolved, string at, bool isRequest, List<string> faults)
    {
        var schema = Resolve(unresolved)!;
        if (value is null)
        {
            // A null clears a property of a profile, whatever its schema says of null: "to remove an attribute, set it to null".
            if ((bool?)schema["nullable"] != true && !(isRequest && at.Contains(".profile.", StringComparison.Ordinal)))
                faults.Add($"{at}: null");
            return;
        }

        if (Discriminated(schema, value) is { } other)
            schema = other;
        if ((bool?)schema["readOnly"] == true && isRequest)
            faults.Add($"{at}: is read only");
        if ((schema["anyOf"] ?? schema["oneOf"]) is JsonArray any)
        {
            var tries = any.Select(option =>
            {
                var found = new List<string>();
                Check(value, option, at, isRequest, found);
                return found;
            }).ToList();
            if (tries.TrueForAll(t => t.Count > 0))
                faults.AddRange(tries[0]);
            return;
        }

        if (schema["enum"] is JsonArray words && !words.Any(w => JsonNode.DeepEquals(w, value)))
            faults.Add($"{at}: {value} is none of the words");
        switch (value)
        {
            case JsonObject json:
                CheckObject(json, schema, at, isRequest, faults);
                break;
            case JsonArray array:
                if ((string?)schema["type"] is not "array")
                    faults.Add($"{at}: a list");
                for (var i = 0; i < array.Count && schema["items"] is { } item; i++)
                    Check(array[i], item, $"{at}[{i}]", isRequest, faults);
                break;
            case JsonValue scalar:
                CheckScalar(scalar, schema, at, faults);
                break;
        }
    }

    private static void CheckObject(JsonObject json, JsonObject schema, string at, bool isRequest, List<string> faults)
    {
        if ((string?)schema["type"] is not (null or "object"))
            faults.Add($"{at}: an object");
        var (properties, isOpen) = PropertiesOf(schema);
        foreach (var (name, value) in json)
        {
            if (properties.TryGetValue(name, out var property))
                Check(value, property, $"{at}.{name}", isRequest, faults);
            else if (!isOpen)
                faults.Add($"{at}: property {name}");
        }

        foreach (var name in schema["required"]?.AsArray() ?? [])
        {
            if (!json.ContainsKey((string)name!))
                faults.Add($"{at}: {name} is missing");
        }
    }

    private static (Dictionary<string, JsonNode?> Properties, bool IsOpen) PropertiesOf(JsonObject schema)
    {
        var all = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        var isOpen = schema["additionalProperties"] is JsonObject || schema["additionalProperties"] is JsonValue open && (bool)open || (bool?)schema["x-okta-extensible"] == true;
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
            all[name] = property;
        foreach (var part in schema["allOf"]?.AsArray() ?? [])
        {
            var (properties, isPartOpen) = PropertiesOf(Resolve(part)!);
            isOpen |= isPartOpen;
            foreach (var (name, property) in properties)
                all[name] = property;
        }

        return (all, isOpen);
    }

    private static void CheckScalar(JsonValue value, JsonObject schema, string at, List<string> faults)
    {
        var type = (string?)schema["type"];
        var kind = value.GetValueKind();
        var fits = type switch
        {
            "string" => kind == JsonValueKind.String,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "integer" => kind == JsonValueKind.Number && value.TryGetValue<long>(out _),
            "number" => kind == JsonValueKind.Number,
            "object" or "array" => false,
            _ => true,
        };
        if (!fits)
            faults.Add($"{at}: no {type}");
        if (kind != JsonValueKind.String)
            return;
        var text = (string)value!;
        if (text.Length < ((int?)schema["minLength"] ?? 0) || text.Length > ((int?)schema["maxLength"] ?? int.MaxValue))
            faults.Add($"{at}: {text.Length} characters");
        if ((string?)schema["format"] == "date-time" && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _))
            faults.Add($"{at}: no instant");
        if ((string?)schema["format"] == "email" && text.Count(c => c == '@') != 1)
            faults.Add($"{at}: no address");
    }

    /// <summary>Of an object that says by a property which of several shapes it has: that shape.</summary>
    private static JsonObject? Discriminated(JsonObject schema, JsonNode value) =>
        schema["discriminator"] is JsonObject by && value is JsonObject json && json[(string)by["propertyName"]!]?.ToString() is { } word
        && by["mapping"]?[word] is { } reference
            ? Resolve(new JsonObject { ["$ref"] = reference.DeepClone() })
            : null;

    private static JsonObject? Resolve(JsonNode? node)
    {
        while (node?["$ref"] is { } reference)
        {
            node = Document;
            foreach (var name in ((string)reference!).Split('/').Skip(1))
                node = node?[name];
        }

        return node as JsonObject;
    }

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();
}
