using System.Collections.Frozen;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>Finds everything that is wrong with a declaration, so that it can be put right in one go.</summary>
internal static class DeclarationFaults
{
    private static readonly WorkerField[] Required = [WorkerField.WorkerId, WorkerField.GivenName, WorkerField.Status, WorkerField.Type];

    public static IEnumerable<ConfigurationFault> Of(DeclarationOptions options) =>
    [
        .. OfDateFormats(options),
        .. OfColumns(options),
        .. OfConstants(options),
        .. OfRequired(options),
        .. OfWords("words.status", options.Words.Status, CanonicalWords.Statuses),
        .. OfWords("words.type", options.Words.Type, CanonicalWords.Types),
        .. OfWords("words.kind", options.Words.Kind, CanonicalWords.Kinds),
        .. OfWords("words.leaveType", options.Words.LeaveType, CanonicalWords.LeaveTypes),
        .. OfWords("words.terminationType", options.Words.TerminationType, CanonicalWords.TerminationTypes),
        .. OfZones(options),
    ];

    /// <summary>Of the file that a source may name.</summary>
    public static IEnumerable<ConfigurationFault> OfFile(string? path)
    {
        if (path is not null && string.IsNullOrWhiteSpace(path))
            yield return new("path", "The path is empty. Leave it out where batches are handed in.");
    }

    /// <summary>Of the columns of a source whose records are JSON.</summary>
    public static IEnumerable<ConfigurationFault> OfPaths(DeclarationOptions options) =>
        from pair in options.Columns
        where !string.IsNullOrWhiteSpace(pair.Value) && RecordPath.Parse(pair.Value.Trim()) is null
        select new ConfigurationFault(
            ConfigurationFault.Member("columns", pair.Key), $"'{pair.Value}' is no path, as name.given, jobs[0].title and ['Emp. No.'] are.");

    private static IEnumerable<ConfigurationFault> OfDateFormats(DeclarationOptions options)
    {
        if (options.DateFormat.Count == 0)
            yield return new("dateFormat", "At least one date format is needed.");
        for (var i = 0; i < options.DateFormat.Count; i++)
        {
            if (DateFormats.FaultOf(options.DateFormat[i]) is { } fault)
                yield return new(options.DateFormat.Count == 1 ? "dateFormat" : $"dateFormat[{i}]", fault);
        }
    }

    private static IEnumerable<ConfigurationFault> OfColumns(DeclarationOptions options)
    {
        foreach (var (name, column) in options.Columns)
        {
            var path = ConfigurationFault.Member("columns", name);
            if (!CanonicalWords.Fields.ContainsKey(name))
                yield return new(path, UnknownField(name));
            else if (string.IsNullOrWhiteSpace(column) && !options.Defaults.Columns.ContainsKey(name))
                yield return new(path, "The name of the column is empty.");
            else if (SensitiveNames.Find(column ?? "") is { } what)
                yield return new(path, $"'{column}' looks like {what}, which an identity system has no use for and does not take in. Leave it where it is.");
        }
    }

    private static IEnumerable<ConfigurationFault> OfConstants(DeclarationOptions options)
    {
        foreach (var (name, value) in options.Constants)
        {
            var path = ConfigurationFault.Member("constants", name);
            if (!CanonicalWords.Fields.TryGetValue(name, out var field))
                yield return new(path, UnknownField(name));
            else if (options.Columns.ContainsKey(name))
                yield return new(path, $"A column feeds {name} already.");
            else if (FaultOfConstant(field, (value ?? "").Trim()) is { } fault)
                yield return new(path, fault);
        }
    }

    private static string? FaultOfConstant(WorkerField field, string value) => field switch
    {
        _ when value.Length == 0 => "The value is empty.",
        WorkerField.WorkerId => "Every record would speak of the same worker: feed workerId from a column.",
        WorkerField.Sequence or WorkerField.RecordId => $"It tells records apart: feed {CanonicalWords.NameOf(field)} from a column.",
        WorkerField.Status => FaultOfWord(value, CanonicalWords.Statuses),
        WorkerField.Type => FaultOfWord(value, CanonicalWords.Types),
        WorkerField.RecordKind => FaultOfWord(value, CanonicalWords.Kinds),
        WorkerField.LeaveType => FaultOfWord(value, CanonicalWords.LeaveTypes),
        WorkerField.TerminationType => FaultOfWord(value, CanonicalWords.TerminationTypes),
        WorkerField.TimeZone => FaultOfZone(value),
        WorkerField.Primary or WorkerField.RevokeNow when !CanonicalWords.Truths.ContainsKey(value) => $"'{value}' is neither true nor false.",
        WorkerField.StartDate or WorkerField.ContractEndDate or WorkerField.TerminationDate or WorkerField.LastDayOfWork
            or WorkerField.LeaveStart or WorkerField.LeaveEnd or WorkerField.EffectiveFrom
            when !Declaration.ConstantDates.TryRead(value, out _, out _) => $"'{value}' is no date. Constants are written yyyy-MM-dd.",
        _ => null,
    };

    private static IEnumerable<ConfigurationFault> OfRequired(DeclarationOptions options)
    {
        var (columns, constants) = (Declaration.ColumnsOf(options), Declaration.ConstantsOf(options));
        return from field in options.Partial ? Required[..1] : Required
               let name = CanonicalWords.NameOf(field)
               where !columns.ContainsKey(name) && !constants.ContainsKey(name)
               let orConstant = field == WorkerField.WorkerId ? "" : ", or a constant"
               select new ConfigurationFault($"columns.{name}", $"Nothing feeds {name}: name its column{orConstant}.");
    }

    private static IEnumerable<ConfigurationFault> OfWords<T>(
        string parent, Dictionary<string, string> words, FrozenDictionary<string, T> canonical)
        where T : struct, Enum
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (word, meaning) in words)
        {
            var path = ConfigurationFault.Member(parent, word);
            if (FaultOfWord(meaning ?? "", canonical) is { } fault)
                yield return new(path, fault);
            if (!seen.TryAdd(word.Trim(), word))
                yield return new(path, $"'{word}' and '{seen[word.Trim()]}' are the same word: case and space around it do not count.");
        }
    }

    private static IEnumerable<ConfigurationFault> OfZones(DeclarationOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.TimeZone))
            yield return new("timeZone", "The time zone of workers whose record, site and employer say none is required, such as Europe/Copenhagen.");
        else if (FaultOfZone(options.TimeZone) is { } fault)
            yield return new("timeZone", fault);
        foreach (var zoneFault in OfZones(options, "sites", options.Sites, WorkerField.Location))
            yield return zoneFault;
        foreach (var zoneFault in OfZones(options, "employers", options.Employers, WorkerField.Company))
            yield return zoneFault;
    }

    private static IEnumerable<ConfigurationFault> OfZones(
        DeclarationOptions options, string section, Dictionary<string, string> zones, WorkerField by)
    {
        var name = CanonicalWords.NameOf(by);
        if (zones.Count > 0 && !Declaration.ColumnsOf(options).ContainsKey(name) && !Declaration.ConstantsOf(options).ContainsKey(name))
            yield return new(section, $"The {section} are looked up by the field {name}, and nothing feeds it.");
        foreach (var (key, zone) in zones)
        {
            if (FaultOfZone(zone ?? "") is { } fault)
                yield return new(ConfigurationFault.Member(section, key), fault);
        }
    }

    private static string? FaultOfZone(string zone) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null ? $"'{zone}' is no IANA time zone, such as Europe/Copenhagen." : null;

    private static string UnknownField(string name) =>
        $"'{name}' is no canonical field. Known are {string.Join(", ", Enum.GetValues<WorkerField>().Select(CanonicalWords.NameOf))}.";

    private static string? FaultOfWord<T>(string word, FrozenDictionary<string, T> canonical)
        where T : struct, Enum =>
        canonical.ContainsKey(word)
            ? null
            : $"'{word}' is no canonical word. Known are {string.Join(", ", canonical.Values.Order().Select(CanonicalWords.NameOf))}.";
}
