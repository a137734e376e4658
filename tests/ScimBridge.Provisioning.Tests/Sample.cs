using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests;

/// <summary>What the tests start from.</summary>
internal static class Sample
{
    public static IDateTimeZoneProvider Zones { get; } = DateTimeZoneProviders.Tzdb;

    public static WorkerFacts Facts { get; } = new()
    {
        WorkerId = "w-1",
        EmployeeNumber = "1001",
        GivenName = "Anna",
        FamilyName = "Berg",
        Status = EmploymentStatus.Active,
        Type = WorkerType.Employee,
        TimeZone = "Europe/Copenhagen",
    };

    /// <summary>The same facts but for those that are named.</summary>
    public static WorkerFacts With(JsonObject named)
    {
        var facts = JsonNode.Parse(WorkerFactsJson.Write(Facts))!.AsObject();
        foreach (var (name, value) in named)
            facts[name] = value?.DeepClone();
        return WorkerFactsJson.Read(facts.ToJsonString());
    }

    public static Instant Instant(string text) => InstantPattern.ExtendedIso.Parse(text).GetValueOrThrow();

    public static Instant? MaybeInstant(string? text) => text is null ? null : Instant(text);

    public static LocalDate? Date(string? text) => text is null ? null : LocalDatePattern.Iso.Parse(text).GetValueOrThrow();
}
