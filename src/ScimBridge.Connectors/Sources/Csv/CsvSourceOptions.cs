using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>
/// A delimited file (RFC 4180: <see href="https://www.rfc-editor.org/rfc/rfc4180"/>), and what it says. Columns that nothing maps are not
/// read, not hashed and not kept.
/// </summary>
public sealed class CsvSourceOptions : DeclarationOptions
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

    internal override FeedFormat Format => FeedFormat.Csv;

    internal override CsvDialect Csv => new(Encoding, Delimiter);

    internal override string? File => Path;

    /// <inheritdoc/>
    public override IReadOnlyList<ConfigurationFault> Faults() =>
        [.. DeclarationFaults.OfFile(Path), .. Csv.Faults(), .. DeclarationFaults.Of(this)];

    /// <inheritdoc/>
    public override void Locate(Func<string, string> absolute)
    {
        if (Path is not null)
            Path = absolute(Path);
    }
}
