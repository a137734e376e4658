using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace ScimBridge.Provisioning.Workers;

/// <summary>The facts as JSON: camelCase, dates as <c>yyyy-MM-dd</c>, what is absent left out. The same facts give the same bytes.</summary>
public static class WorkerFactsJson
{
    // The zone that the source gives to those of whom it says none; it counts until the worker's own is stated.
    private const string ZoneOfSource = "zoneOfSource";

    private static readonly List<(WorkerField Field, string Name)> Names =
    [
        .. Enum.GetValues<WorkerField>().Where(f => f < WorkerField.EffectiveFrom)
            .Select(f => (f, JsonNamingPolicy.CamelCase.ConvertName(f.ToString()))),
    ];

    // What it rests on that somebody had access, and has none any more.
    private static readonly HashSet<string> Kept =
    [
        "workerId", "status", "type", "startDate", "contractEndDate", "terminationDate", "lastDayOfWork", "timeZone", ZoneOfSource,
    ];

    private static readonly List<string> Required =
        ["workerId", "givenName", "status", "type", "timeZone"];

    /// <summary>Writes the facts.</summary>
    public static string Write(WorkerFacts facts) => JsonSerializer.Serialize(facts, WorkerFactsContext.Default.WorkerFacts);

    /// <summary>Reads facts that <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">The text is not such facts.</exception>
    public static WorkerFacts Read(string json) =>
        JsonSerializer.Deserialize(json, WorkerFactsContext.Default.WorkerFacts) ?? throw new JsonException("Facts are missing.");

    /// <summary>Writes the stated fields alone; one that is stated to be empty is <c>null</c>.</summary>
    public static string WriteStated(WorkerFacts facts, FieldSet stated)
    {
        var all = ToNode(facts);
        var some = new JsonObject();
        foreach (var (field, name) in Names)
        {
            if (stated.Has(field))
                some[name] = all[name]?.DeepClone();
        }

        if (!stated.Has(WorkerField.TimeZone) && facts.TimeZone.Length > 0)
            some[ZoneOfSource] = facts.TimeZone;
        return some.ToJsonString(WorkerFactsContext.Default.Options);
    }

    /// <summary>What is left of facts, all or some, when the person is erased: the key, and from when to when they worked there. Whatever needs a name has none.</summary>
    public static string Erase(string facts)
    {
        var left = new JsonObject();
        foreach (var (name, value) in JsonNode.Parse(facts)!.AsObject())
        {
            if (Kept.Contains(name))
                left[name] = value?.DeepClone();
            else if (name is "givenName" or "employeeNumber")
                left[name] = "-";
        }

        return left.ToJsonString(WorkerFactsContext.Default.Options);
    }

    /// <summary>The canonical names of the facts that differ, in the order of the fields.</summary>
    public static IReadOnlyList<string> Difference(WorkerFacts one, WorkerFacts other)
    {
        if (one == other)
            return [];
        var (a, b) = (ToNode(one), ToNode(other));
        return [.. Names.Where(n => !JsonNode.DeepEquals(a[n.Name], b[n.Name])).Select(n => n.Name)];
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
    internal static WorkerFacts? TryRead(JsonObject facts)
    {
        facts["timeZone"] ??= facts[ZoneOfSource]?.DeepClone();
        facts["employeeNumber"] ??= facts["workerId"]?.DeepClone();
        return Required.TrueForAll(name => facts[name] is not null) ? facts.Deserialize(WorkerFactsContext.Default.WorkerFacts) : null;
    }

    private static JsonObject ToNode(WorkerFacts facts) =>
        JsonSerializer.SerializeToNode(facts, WorkerFactsContext.Default.WorkerFacts)!.AsObject();
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
