using System.Text.Json.Serialization;

namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>
/// How a delimited file (RFC 4180: <see href="https://www.rfc-editor.org/rfc/rfc4180"/>) says what it says. Columns that nothing maps are
/// not read, not hashed and not kept.
/// </summary>
public sealed class CsvSourceOptions : IConnectorOptions
{
    /// <summary>The file; null where batches are only handed in.</summary>
    public string? Path { get; set; }

    /// <summary>
    /// The name of the file's encoding: <c>utf-8</c> (with or without a byte order mark), <c>utf-16</c>, <c>windows-1252</c>,
    /// <c>iso-8859-1</c> or another that the platform knows. Bytes that are none in it end the feed.
    /// </summary>
    public string Encoding { get; set; } = "utf-8";

    /// <summary>The one ASCII character between fields.</summary>
    public string Delimiter { get; set; } = ",";

    /// <summary>
    /// One or several date patterns (<see href="https://nodatime.org/3.2.x/userguide/localdate-patterns"/>). A date that two of them
    /// read differently is a fault of its row.
    /// </summary>
    [JsonConverter(typeof(OneOrManyConverter))]
    public IReadOnlyList<string> DateFormat { get; set => field = value ?? []; } = ["yyyy-MM-dd"];

    /// <summary>Canonical field -> the header of the column that feeds it.</summary>
    public Dictionary<string, string> Columns { get; set => field = value ?? []; } = [];

    /// <summary>Canonical field -> its value in every row, for a field that no column feeds. Words are canonical, dates ISO 8601.</summary>
    public Dictionary<string, string> Constants { get; set => field = value ?? []; } = [];

    /// <summary>What the words of the file mean.</summary>
    public CsvWords Words { get; set => field = value ?? new CsvWords(); } = new();

    /// <summary>Value of the field <c>location</c> -> IANA time zone of that site.</summary>
    public Dictionary<string, string> Sites { get; set => field = value ?? []; } = [];

    /// <summary>The IANA time zone of workers whose row and site say none. Required.</summary>
    public string? TimeZone { get; set; }

    /// <inheritdoc/>
    public IReadOnlyList<ConfigurationFault> Faults() => [.. CsvSourceFaults.Of(this)];

    /// <inheritdoc/>
    public void Locate(Func<string, string> absolute)
    {
        if (Path is not null)
            Path = absolute(Path);
    }
}
