using System.Collections.Frozen;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>Finds everything that is wrong with a declaration, so that it can be put right in one go.</summary>
internal static class CsvSourceFaults
{
    private static readonly WorkerField[] Required = [WorkerField.WorkerId, WorkerField.GivenName, WorkerField.Status, WorkerField.Type];

    public static IEnumerable<ConfigurationFault> Of(CsvSourceOptions options) =>
    [
        .. OfFormat(options),
        .. OfColumns(options),
        .. OfConstants(options),
        .. OfRequired(options),
        .. OfWords("words.status", options.Words.Status, CanonicalWords.Statuses),
        .. OfWords("words.type", options.Words.Type, CanonicalWords.Types),
        .. OfZones(options),
    ];

    private static IEnumerable<ConfigurationFault> OfFormat(CsvSourceOptions options)
    {
        if (options.Path is { } path && string.IsNullOrWhiteSpace(path))
            yield return new("path", "The path is empty. Leave it out where batches are handed in.");
        if (CsvEncodings.Find(options.Encoding ?? "") is null)
            yield return new("encoding", $"'{options.Encoding}' is no known encoding, as utf-8, utf-16, windows-1252 or iso-8859-1 are.");
        if (options.Delimiter is not [var delimiter] || !char.IsAscii(delimiter) || delimiter is '"' or '\r' or '\n')
            yield return new("delimiter", "The delimiter is one ASCII character, and neither a quote nor a line break.");
        if (options.DateFormat.Count == 0)
            yield return new("dateFormat", "At least one date format is needed.");
        for (var i = 0; i < options.DateFormat.Count; i++)
        {
            if (CsvDates.FaultOf(options.DateFormat[i]) is { } fault)
                yield return new(options.DateFormat.Count == 1 ? "dateFormat" : $"dateFormat[{i}]", fault);
        }
    }

    private static IEnumerable<ConfigurationFault> OfColumns(CsvSourceOptions options)
    {
        foreach (var (name, column) in options.Columns)
        {
            var path = ConfigurationFault.Member("columns", name);
            if (!CanonicalWords.Fields.ContainsKey(name))
                yield return new(path, UnknownField(name));
            if (string.IsNullOrWhiteSpace(column))
                yield return new(path, "The header of the column is empty.");
        }
    }

    private static IEnumerable<ConfigurationFault> OfConstants(CsvSourceOptions options)
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
        WorkerField.WorkerId => "Every row would speak of the same worker: feed workerId from a column.",
        WorkerField.Status when !CanonicalWords.Statuses.ContainsKey(value) => UnknownWord(value, CanonicalWords.Statuses),
        WorkerField.Type when !CanonicalWords.Types.ContainsKey(value) => UnknownWord(value, CanonicalWords.Types),
        WorkerField.TimeZone => FaultOfZone(value),
        WorkerField.StartDate or WorkerField.ContractEndDate or WorkerField.TerminationDate or WorkerField.LastDayOfWork
            when !CsvDeclaration.ConstantDates.TryRead(value, out _, out _) => $"'{value}' is no date. Constants are written yyyy-MM-dd.",
        _ => null,
    };

    private static IEnumerable<ConfigurationFault> OfRequired(CsvSourceOptions options) =>
        from field in Required
        let name = CanonicalWords.NameOf(field)
        where !options.Columns.ContainsKey(name) && !options.Constants.ContainsKey(name)
        let orConstant = field == WorkerField.WorkerId ? "" : ", or a constant"
        select new ConfigurationFault($"columns.{name}", $"Nothing feeds {name}: name its column{orConstant}.");

    private static IEnumerable<ConfigurationFault> OfWords<T>(
        string parent, Dictionary<string, string> words, FrozenDictionary<string, T> canonical)
        where T : struct, Enum
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (word, meaning) in words)
        {
            var path = ConfigurationFault.Member(parent, word);
            if (!canonical.ContainsKey(meaning ?? ""))
                yield return new(path, UnknownWord(meaning ?? "", canonical));
            if (!seen.TryAdd(word.Trim(), word))
                yield return new(path, $"'{word}' and '{seen[word.Trim()]}' are the same word: case and space around it do not count.");
        }
    }

    private static IEnumerable<ConfigurationFault> OfZones(CsvSourceOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.TimeZone))
            yield return new("timeZone", "The time zone of workers whose row and site say none is required, such as Europe/Copenhagen.");
        else if (FaultOfZone(options.TimeZone) is { } fault)
            yield return new("timeZone", fault);

        var location = CanonicalWords.NameOf(WorkerField.Location);
        if (options.Sites.Count > 0 && !options.Columns.ContainsKey(location) && !options.Constants.ContainsKey(location))
            yield return new("sites", "Sites are looked up by the field location, and nothing feeds it.");
        foreach (var (site, zone) in options.Sites)
        {
            if (FaultOfZone(zone ?? "") is { } siteFault)
                yield return new(ConfigurationFault.Member("sites", site), siteFault);
        }
    }

    private static string? FaultOfZone(string zone) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null ? $"'{zone}' is no IANA time zone, such as Europe/Copenhagen." : null;

    private static string UnknownField(string name) =>
        $"'{name}' is no canonical field. Known are {string.Join(", ", Enum.GetValues<WorkerField>().Select(CanonicalWords.NameOf))}.";

    private static string UnknownWord<T>(string word, FrozenDictionary<string, T> canonical)
        where T : struct, Enum =>
        $"'{word}' is no canonical word. Known are {string.Join(", ", canonical.Values.Order().Select(CanonicalWords.NameOf))}.";
}
