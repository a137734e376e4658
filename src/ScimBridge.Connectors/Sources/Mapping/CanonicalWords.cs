using System.Collections.Frozen;
using System.Text.Json;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>How configurations write the canonical fields and words: camelCase, whatever case is read.</summary>
internal static class CanonicalWords
{
    public static FrozenDictionary<string, WorkerField> Fields { get; } = ByName(Enum.GetValues<WorkerField>(), StringComparer.Ordinal);

    public static FrozenDictionary<string, EmploymentStatus> Statuses { get; } = Words(Enum.GetValues<EmploymentStatus>());

    /// <summary>The types that a record may have; <see cref="WorkerType.Unknown"/> is not one of them.</summary>
    public static FrozenDictionary<string, WorkerType> Types { get; } =
        Words(Enum.GetValues<WorkerType>().Where(type => type != WorkerType.Unknown));

    public static FrozenDictionary<string, RecordKind> Kinds { get; } = Words(Enum.GetValues<RecordKind>());

    public static FrozenDictionary<string, LeaveType> LeaveTypes { get; } = Words(Enum.GetValues<LeaveType>());

    public static FrozenDictionary<string, TerminationType> TerminationTypes { get; } = Words(Enum.GetValues<TerminationType>());

    public static FrozenDictionary<string, bool> Truths { get; } =
        new Dictionary<string, bool> { ["true"] = true, ["false"] = false, ["yes"] = true, ["no"] = false, ["1"] = true, ["0"] = false }
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static FrozenDictionary<string, T> Words<T>(IEnumerable<T> values)
        where T : struct, Enum => ByName(values, StringComparer.OrdinalIgnoreCase);

    private static FrozenDictionary<string, T> ByName<T>(IEnumerable<T> values, StringComparer comparer)
        where T : struct, Enum => values.ToFrozenDictionary(NameOf, comparer);
}
