using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>A service account as JSON: camelCase, instants in ISO 8601, what is absent left out. Reading gives back what was written.</summary>
public static class ServiceAccountJson
{
    /// <summary>Writes the account.</summary>
    public static string Write(ServiceAccount account) => JsonSerializer.Serialize(account, ServiceAccountContext.Default.ServiceAccount);

    /// <summary>Reads an account that <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no such account.</exception>
    public static ServiceAccount Read(string json) =>
        JsonSerializer.Deserialize(json, ServiceAccountContext.Default.ServiceAccount) ?? throw new JsonException("The account is missing.");
}

/// <summary>How the parts are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    Converters =
    [
        typeof(InstantConverter), typeof(DurationConverter), typeof(WordConverter<ServiceAccountKind>), typeof(WordConverter<Criticality>),
        typeof(WordConverter<AccountableRole>), typeof(WordConverter<AccountableBasis>), typeof(WordConverter<Retirement>), typeof(WordConverter<Evidence>),
        typeof(WordConverter<CredentialState>), typeof(WordConverter<Via>), typeof(WordConverter<AccountUse>), typeof(WordConverter<StateReason>),
    ])]
[JsonSerializable(typeof(ServiceAccount))]
internal sealed partial class ServiceAccountContext : JsonSerializerContext;

/// <summary>Words in camelCase, as the API has them.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>Instants in ISO 8601, to the nanosecond.</summary>
internal sealed class InstantConverter : JsonConverter<Instant>
{
    public override Instant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        InstantPattern.ExtendedIso.Parse(reader.GetString()!) is { Success: true } parsed ? parsed.Value : throw new JsonException("No instant.");

    public override void Write(Utf8JsonWriter writer, Instant value, JsonSerializerOptions options) =>
        writer.WriteStringValue(InstantPattern.ExtendedIso.Format(value));
}

/// <summary>Durations as days, hours, minutes and seconds: <c>7:00:00:00</c>.</summary>
internal sealed class DurationConverter : JsonConverter<Duration>
{
    public override Duration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DurationPattern.Roundtrip.Parse(reader.GetString()!) is { Success: true } parsed ? parsed.Value : throw new JsonException("No duration.");

    public override void Write(Utf8JsonWriter writer, Duration value, JsonSerializerOptions options) =>
        writer.WriteStringValue(DurationPattern.Roundtrip.Format(value));
}
