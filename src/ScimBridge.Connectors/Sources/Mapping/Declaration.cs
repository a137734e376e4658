using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>The declaration of a source without faults, made ready for a million records.</summary>
internal sealed class Declaration
{
    /// <summary>Raised whenever the same record and options come to mean something else, so that unchanged records are read anew.</summary>
    private const string Version = "record/1";

    /// <summary>Where nothing names a column, these must be in a file all the same.</summary>
    private static readonly WorkerField[] Required = [WorkerField.WorkerId, WorkerField.GivenName, WorkerField.Status, WorkerField.Type];

    public Declaration(DeclarationOptions options, bool? partial = null)
    {
        Partial = partial ?? options.Partial;
        var (columns, constants, words) = (ColumnsOf(options), ConstantsOf(options), WordsOf(options));
        Dates = new DateFormats(options.DateFormat);
        Columns =
        [
            .. columns.Select(pair => (Field: CanonicalWords.Fields[pair.Key], Name: pair.Value.Trim())).OrderBy(column => column.Field)
                .Select(column => new DeclaredColumn(column.Field, column.Name, IsOptional(options, column.Field, Partial))),
        ];
        Constants = constants.ToFrozenDictionary(pair => CanonicalWords.Fields[pair.Key], pair => pair.Value.Trim());
        Empties = options.Defaults.Empties.ToFrozenDictionary(pair => CanonicalWords.Fields[pair.Key], pair => pair.Value);
        Statuses = WordList<EmploymentStatus>.Of("status", words.Status, CanonicalWords.Statuses);
        Types = WordList<WorkerType>.Of("type", words.Type, CanonicalWords.Types);
        Kinds = WordList<RecordKind>.Of("kind", words.Kind, CanonicalWords.Kinds);
        LeaveTypes = WordList<LeaveType>.Of("leaveType", words.LeaveType, CanonicalWords.LeaveTypes);
        TerminationTypes = WordList<TerminationType>.Of("terminationType", words.TerminationType, CanonicalWords.TerminationTypes);
        Sites = Zoned(options.Sites);
        Employers = Zoned(options.Employers);
        TimeZone = options.TimeZone!;
        Fingerprint = FingerprintOf(options, columns, constants, words);
    }

    /// <summary>How constants write dates: one way for every source, whatever its records do.</summary>
    public static DateFormats ConstantDates { get; } = new(["yyyy-MM-dd"]);

    public static FrozenSet<string> Zones { get; } = DateTimeZoneProviders.Tzdb.Ids.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether a record states only what it has.</summary>
    public bool Partial { get; }

    public DateFormats Dates { get; }

    /// <summary>In the order of the fields and not of any file.</summary>
    public IReadOnlyList<DeclaredColumn> Columns { get; }

    public FrozenDictionary<WorkerField, string> Constants { get; }

    /// <summary>What the system writes where it has nothing to say.</summary>
    public FrozenDictionary<WorkerField, string> Empties { get; }

    public WordList<EmploymentStatus> Statuses { get; }

    public WordList<WorkerType> Types { get; }

    public WordList<RecordKind> Kinds { get; }

    public WordList<LeaveType> LeaveTypes { get; }

    public WordList<TerminationType> TerminationTypes { get; }

    public FrozenDictionary<string, string> Sites { get; }

    public FrozenDictionary<string, string> Employers { get; }

    public string TimeZone { get; }

    /// <summary>Stands for everything in the declaration that decides what a record means; where and how the feed lies does not.</summary>
    public ReadOnlyMemory<byte> Fingerprint { get; }

    /// <summary>What a text in the place of a field says; null where the system writes it when it has nothing to say.</summary>
    public string? ValueOf(WorkerField field, string? text) =>
        text is not null && Empties.GetValueOrDefault(field) == text ? null : text;

    /// <summary>Canonical field -> where it stands, once what the kind takes for granted and what is configured are laid over each other.</summary>
    public static Dictionary<string, string> ColumnsOf(DeclarationOptions options)
    {
        if (options.Columns.Count == 0 && options.Defaults.Columns.Count == 0)
        {
            return CanonicalWords.Fields.Keys.Where(name => !options.Constants.ContainsKey(name))
                .ToDictionary(name => name, name => name, StringComparer.Ordinal);
        }

        // An empty text takes away what the kind takes for granted; a constant takes its place.
        return Over(options.Defaults.Columns.Where(pair => !options.Constants.ContainsKey(pair.Key)), options.Columns)
            .Where(pair => pair.Value is not ("" or null) || !options.Defaults.Columns.ContainsKey(pair.Key))
            .ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Canonical field -> its value in every record, of the kind and of the configuration.</summary>
    public static Dictionary<string, string> ConstantsOf(DeclarationOptions options) =>
        Over(options.Defaults.Constants.Where(pair => !options.Columns.ContainsKey(pair.Key)), options.Constants);

    /// <summary>The words of the kind and of the configuration.</summary>
    public static DeclaredWords WordsOf(DeclarationOptions options)
    {
        var known = options.Defaults.Words;
        return new DeclaredWords
        {
            Status = OverWords(known.Status, options.Words.Status),
            Type = OverWords(known.Type, options.Words.Type),
            Kind = OverWords(known.Kind, options.Words.Kind),
            LeaveType = OverWords(known.LeaveType, options.Words.LeaveType),
            TerminationType = OverWords(known.TerminationType, options.Words.TerminationType),
        };
    }

    private static bool IsOptional(DeclarationOptions options, WorkerField field, bool partial) =>
        partial ? field != WorkerField.WorkerId : !options.Columns.ContainsKey(CanonicalWords.NameOf(field)) && !Required.Contains(field);

    private static Dictionary<string, string> Over(IEnumerable<KeyValuePair<string, string>> known, Dictionary<string, string> configured)
    {
        var all = known.ToDictionary(StringComparer.Ordinal);
        foreach (var (name, value) in configured)
            all[name] = value;
        return all;
    }

    // The configured spelling of a word takes the place of any other spelling of it.
    private static Dictionary<string, string> OverWords(Dictionary<string, string> known, Dictionary<string, string> configured) =>
        Over(known.Where(pair => !configured.Keys.Any(word => word.Trim().Equals(pair.Key, StringComparison.OrdinalIgnoreCase))), configured);

    private static FrozenDictionary<string, string> Zoned(Dictionary<string, string> zones) =>
        zones.ToFrozenDictionary(pair => pair.Key.Trim(), pair => pair.Value, StringComparer.OrdinalIgnoreCase);

    private ReadOnlyMemory<byte> FingerprintOf(
        DeclarationOptions options, Dictionary<string, string> columns, Dictionary<string, string> constants, DeclaredWords words)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add([Version, Partial ? "partial" : "whole"]);
        Add([.. options.DateFormat]);
        Dictionary<string, string>[] maps =
            [columns, constants, words.Status, words.Type, words.Kind, words.LeaveType, words.TerminationType, options.Sites, options.Employers];
        foreach (var map in maps)
            Add([.. map.OrderBy(pair => pair.Key, StringComparer.Ordinal).SelectMany(pair => new[] { pair.Key, pair.Value })]);
        Add([options.TimeZone!]);
        return hash.GetHashAndReset();

        // Counts and lengths go first, so that no two declarations come to the same bytes.
        void Add(string[] texts)
        {
            hash.AppendData(BitConverter.GetBytes(texts.Length));
            foreach (var bytes in texts.Select(Encoding.UTF8.GetBytes))
            {
                hash.AppendData(BitConverter.GetBytes(bytes.Length));
                hash.AppendData(bytes);
            }
        }
    }
}
