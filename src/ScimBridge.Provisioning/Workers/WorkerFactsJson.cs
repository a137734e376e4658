using System.Text.Json;
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
