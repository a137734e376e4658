using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace ScimBridge.Provisioning.Workers;

/// <summary>The facts as JSON: camelCase, dates as <c>yyyy-MM-dd</c>, what is absent left out. The same facts give the same bytes.</summary>
public static class WorkerFactsJson
{
    /// <summary>Writes the facts.</summary>
    public static string Write(WorkerFacts facts) => JsonSerializer.Serialize(facts, WorkerFactsContext.Default.WorkerFacts);

    /// <summary>Reads facts that <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">The text is not such facts.</exception>
    public static WorkerFacts Read(string json) =>
        JsonSerializer.Deserialize(json, WorkerFactsContext.Default.WorkerFacts) ?? throw new JsonException("Facts are missing.");

    /// <summary>Writes the stated fields alone; one that is stated to be empty is <c>null</c>.</summary>
    public static string WriteStated(WorkerFacts facts, FieldSet stated)
    {
        var all = JsonSerializer.SerializeToNode(facts, WorkerFactsContext.Default.WorkerFacts)!.AsObject();
        var some = new JsonObject();
        foreach (var (field, name) in Names)
        {
            if (stated.Has(field))
                some[name] = all[name]?.DeepClone();
        }

        return some.ToJsonString(WorkerFactsContext.Default.Options);
    }

    /// <summary>Lays what <see cref="WriteStated"/> wrote over earlier facts; the earlier ones are left as they are.</summary>
    internal static JsonObject Overlay(JsonObject? before, string stated)
    {
        var result = before?.DeepClone().AsObject() ?? [];
        foreach (var (name, value) in JsonNode.Parse(stated)!.AsObject())
            result[name] = value?.DeepClone();
        return result;
    }

    /// <summary>The facts in the object, or null where it lacks one that every worker needs.</summary>
    internal static WorkerFacts? TryRead(JsonObject facts) =>
        Required.TrueForAll(name => facts[name] is not null) ? facts.Deserialize(WorkerFactsContext.Default.WorkerFacts) : null;

    private static readonly List<(WorkerField Field, string Name)> Names =
    [
        .. Enum.GetValues<WorkerField>().Where(f => f < WorkerField.EffectiveFrom)
            .Select(f => (f, JsonNamingPolicy.CamelCase.ConvertName(f.ToString()))),
    ];

    private static readonly List<string> Required =
        ["workerId", "employeeNumber", "givenName", "status", "type", "timeZone"];
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    Converters = [typeof(LocalDateConverter)])]
[JsonSerializable(typeof(WorkerFacts))]
internal sealed partial class WorkerFactsContext : JsonSerializerContext;

internal sealed class LocalDateConverter : JsonConverter<LocalDate>
{
    public override LocalDate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var parsed = LocalDatePattern.Iso.Parse(reader.GetString() ?? "");
        return parsed.Success ? parsed.Value : throw new JsonException("A date is expected as yyyy-MM-dd.");
    }

    public override void Write(Utf8JsonWriter writer, LocalDate value, JsonSerializerOptions options) =>
        writer.WriteStringValue(LocalDatePattern.Iso.Format(value));
}
