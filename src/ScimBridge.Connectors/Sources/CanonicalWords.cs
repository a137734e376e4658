using System.Collections.Frozen;
using System.Text.Json;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources;

/// <summary>How configurations write the canonical fields and words: camelCase, whatever case is read.</summary>
internal static class CanonicalWords
{
    public static FrozenDictionary<string, WorkerField> Fields { get; } = ByName(Enum.GetValues<WorkerField>(), StringComparer.Ordinal);

    public static FrozenDictionary<string, EmploymentStatus> Statuses { get; } =
        ByName(Enum.GetValues<EmploymentStatus>(), StringComparer.OrdinalIgnoreCase);

    /// <summary>The types that a record may have; <see cref="WorkerType.Unknown"/> is not one of them.</summary>
    public static FrozenDictionary<string, WorkerType> Types { get; } =
        ByName(Enum.GetValues<WorkerType>().Where(type => type != WorkerType.Unknown), StringComparer.OrdinalIgnoreCase);

    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static FrozenDictionary<string, T> ByName<T>(IEnumerable<T> values, StringComparer comparer)
        where T : struct, Enum => values.ToFrozenDictionary(NameOf, comparer);
}
