using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Targets;

namespace ScimBridge.Server.Hosting;

/// <summary>
/// The JSON Schema of <c>bridge.json</c>, made of the very types that it is read into, so that an editor and the bridge agree.
/// <c>src/ScimBridge.Server/bridge.schema.json</c> is this text; a test compares them.
/// </summary>
public static class ConfigurationSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    private static readonly JsonSchemaExporterOptions Exporting = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = Describe,
    };

    /// <summary>The keys of a source that are the bridge's and not the connector's.</summary>
    internal static IReadOnlyList<string> SettingsOfSources { get; } =
        [.. typeof(SourceSettings).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))];

    /// <summary>The keys of a target that are the bridge's and not the connector's.</summary>
    internal static IReadOnlyList<string> SettingsOfTargets { get; } =
        [.. typeof(TargetSettings).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name))];

    /// <summary>The schema, indented, with a line break at its end.</summary>
    public static string Text()
    {
        var schema = Of(typeof(BridgeOptions));
        schema.Insert(0, "$schema", "http://json-schema.org/draft-07/schema#");
        schema["properties"]!["sources"]!["additionalProperties"] = Kinds(
            SourceKinds.All.Values.Select(k => (k.Name, k.OptionsType)), typeof(SourceSettings));
        schema["properties"]!["targets"]!["additionalProperties"] = Kinds(
            TargetKinds.All.Values.Select(k => (k.Name, k.OptionsType)), typeof(TargetSettings));
        schema["properties"]!["mapping"]!["properties"]!["user"]!["additionalProperties"] = Rule();
        foreach (var kind in schema["properties"]!["targets"]!["additionalProperties"]!["oneOf"]!.AsArray())
            kind!["properties"]!["mapping"]!["properties"]!["attributes"]!["additionalProperties"] = Rule();
        return schema.ToJsonString(Indented) + "\n";
    }

    // What a mapping says of one attribute.
    private static JsonObject Rule() => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = new JsonArray("string", "null") },
            new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["value"] = new JsonObject() },
                ["required"] = new JsonArray("value"),
                ["additionalProperties"] = false,
            },
            new JsonObject
            {
                ["type"] = "object",
                ["properties"] = new JsonObject { ["expression"] = new JsonObject { ["type"] = "string" }, ["default"] = new JsonObject() },
                ["required"] = new JsonArray("expression"),
                ["additionalProperties"] = false,
            }),
    };

    private static JsonObject Kinds(IEnumerable<(string Name, Type Options)> kinds, Type? settings = null) => new()
    {
        ["oneOf"] = new JsonArray([.. kinds.Select(kind =>
        {
            var schema = Of(kind.Options);
            schema["properties"]!.AsObject().Insert(0, "kind", new JsonObject { ["const"] = kind.Name });
            if (settings is not null)
            {
                foreach (var (name, property) in Of(settings)["properties"]!.AsObject())
                    schema["properties"]![name] = property!.DeepClone();
            }

            schema["required"] = new JsonArray("kind");
            return (JsonNode)schema;
        })]),
    };

    private static JsonObject Of(Type type) => StrictJson.Options.GetJsonSchemaAsNode(type, Exporting).AsObject();

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        var attributes = context.PropertyInfo?.AttributeProvider ?? context.TypeInfo.Type;
        if (schema is JsonObject json
            && attributes.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false) is [DescriptionAttribute description])
            json.Insert(0, "description", description.Description);
        return schema;
    }
}
