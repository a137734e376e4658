using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using CsvHelper;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>The options of a source without faults, made ready for a million rows.</summary>
internal sealed class CsvDeclaration
{
    /// <summary>Raised whenever the same row and options come to mean something else, so that unchanged rows are read anew.</summary>
    private const string Version = "csv/1";

    /// <summary>A longer record is never a worker: it is a quote that nobody closed, or no CSV file at all. Bytes of UTF-8.</summary>
    private const int MaxRecordBytes = 1024 * 1024;

    private readonly char delimiter;

    public CsvDeclaration(CsvSourceOptions options)
    {
        delimiter = options.Delimiter[0];
        Encoding = CsvEncodings.Find(options.Encoding)!;
        Dates = new CsvDates(options.DateFormat);
        Columns = [.. options.Columns.Select(pair => (CanonicalWords.Fields[pair.Key], pair.Value.Trim())).OrderBy(pair => pair.Item1)];
        Constants = options.Constants.ToFrozenDictionary(pair => CanonicalWords.Fields[pair.Key], pair => pair.Value.Trim());
        Statuses = Words(options.Words.Status, CanonicalWords.Statuses);
        Types = Words(options.Words.Type, CanonicalWords.Types);
        Sites = options.Sites.ToFrozenDictionary(pair => pair.Key.Trim(), pair => pair.Value, StringComparer.OrdinalIgnoreCase);
        TimeZone = options.TimeZone!;
        Fingerprint = FingerprintOf(options);
    }

    /// <summary>How constants write dates: one way for every source, whatever its file does.</summary>
    public static CsvDates ConstantDates { get; } = new(["yyyy-MM-dd"]);

    public static FrozenSet<string> Zones { get; } = DateTimeZoneProviders.Tzdb.Ids.ToFrozenSet(StringComparer.Ordinal);

    public Encoding Encoding { get; }

    public CsvDates Dates { get; }

    /// <summary>Field and header, in the order of the fields and not of the file.</summary>
    public IReadOnlyList<(WorkerField Field, string Header)> Columns { get; }

    public FrozenDictionary<WorkerField, string> Constants { get; }

    public FrozenDictionary<string, EmploymentStatus> Statuses { get; }

    public FrozenDictionary<string, WorkerType> Types { get; }

    public FrozenDictionary<string, string> Sites { get; }

    public string TimeZone { get; }

    /// <summary>Stands for everything in the declaration that decides what a row means; where and how the file lies does not.</summary>
    public ReadOnlyMemory<byte> Fingerprint { get; }

    public CsvReaderOptions ReaderOptions(bool header, bool lineBreaksInQuotes, Action<CsvMalformedRecord> onMalformed) => new()
    {
        Separator = delimiter,
        HasHeader = header,
        Encoding = Encoding.UTF8,
        TrimWhitespace = true,
        AllowLineBreaksInQuotes = lineBreaksInQuotes,
        MaxRecordSize = MaxRecordBytes,
        TrackLineNumbers = true,
        IncludeValuesInExceptions = false,
        OnMalformedRecord = onMalformed,
    };

    private static FrozenDictionary<string, T> Words<T>(Dictionary<string, string> words, FrozenDictionary<string, T> canonical)
        where T : struct, Enum =>
        words.Count == 0
            ? canonical
            : words.ToFrozenDictionary(pair => pair.Key.Trim(), pair => canonical[pair.Value], StringComparer.OrdinalIgnoreCase);

    private static ReadOnlyMemory<byte> FingerprintOf(CsvSourceOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add([Version]);
        Add([.. options.DateFormat]);
        foreach (var map in new[] { options.Columns, options.Constants, options.Words.Status, options.Words.Type, options.Sites })
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
