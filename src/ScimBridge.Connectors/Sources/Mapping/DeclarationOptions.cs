using System.Text.Json.Serialization;
using ScimBridge.Connectors.Sources.Csv;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>
/// What every source declares: where the canonical fields stand in its records, and what the values mean. The same declaration reads a
/// delimited file, a JSON document and lines of JSON. What nothing maps is not read, not hashed and not kept.
/// </summary>
public abstract class DeclarationOptions : IConnectorOptions
{
    /// <summary>
    /// One or several date patterns (<see href="https://nodatime.org/3.2.x/userguide/localdate-patterns"/>), or the words <c>date</c>
    /// (an ISO date, whatever offset or time follows it) and <c>odata</c> (<c>/Date(...)/</c>). A date that two of them read differently
    /// is a fault of its record.
    /// </summary>
    [JsonConverter(typeof(OneOrManyConverter))]
    public IReadOnlyList<string> DateFormat { get; set => field = value ?? []; } = ["yyyy-MM-dd"];

    /// <summary>
    /// Canonical field -> where it stands: the header of a column, or the path of a JSON member (<c>name.given</c>, <c>jobs[0].title</c>).
    /// Left out where the records use the canonical names themselves.
    /// </summary>
    public Dictionary<string, string> Columns { get; set => field = value ?? []; } = [];

    /// <summary>Canonical field -> its value in every record, for a field that no column feeds. Words are canonical, dates ISO 8601.</summary>
    public Dictionary<string, string> Constants { get; set => field = value ?? []; } = [];

    /// <summary>What the words mean.</summary>
    public DeclaredWords Words { get; set => field = value ?? new DeclaredWords(); } = new();

    /// <summary>Value of the field <c>location</c> -> IANA time zone of that site.</summary>
    public Dictionary<string, string> Sites { get; set => field = value ?? []; } = [];

    /// <summary>Value of the field <c>company</c> -> IANA time zone of that employer, for workers whose record and site say none.</summary>
    public Dictionary<string, string> Employers { get; set => field = value ?? []; } = [];

    /// <summary>The IANA time zone of workers whose record, site and employer say none. Required.</summary>
    public string? TimeZone { get; set; }

    /// <summary>
    /// Whether a record states only what it has: a column or member that is not there leaves the field as it was, an empty one clears it.
    /// Otherwise a record is the whole worker.
    /// </summary>
    public bool Partial { get; set; }

    /// <summary>What this kind of source takes for granted.</summary>
    internal virtual DeclarationDefaults Defaults => DeclarationDefaults.None;

    /// <summary>How its feeds are written where nothing else is said of one.</summary>
    internal virtual FeedFormat Format => FeedFormat.NdJson;

    /// <summary>How its delimited files are written.</summary>
    internal virtual CsvDialect Csv => CsvDialect.Default;

    /// <summary>Where the list of records stands in its JSON documents.</summary>
    internal virtual IReadOnlyList<string> ListPath => ["workers"];

    /// <summary>The file that the configuration names, where it names one.</summary>
    internal virtual string? File => null;

    /// <summary>The members on the way to a list.</summary>
    internal static IReadOnlyList<string> ListPathOf(string? items) =>
        (items ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <inheritdoc/>
    public abstract IReadOnlyList<ConfigurationFault> Faults();

    /// <inheritdoc/>
    public virtual void Locate(Func<string, string> absolute)
    {
    }
}
