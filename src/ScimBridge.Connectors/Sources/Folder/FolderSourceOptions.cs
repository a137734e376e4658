using ScimBridge.Connectors.Sources.Csv;
using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Sources.Folder;

/// <summary>
/// A folder that files are put into. A file is taken where two looks in a row find it the same, or where a file of its name with
/// <c>.done</c> behind it says that it is all there; that one may be empty, or a manifest:
/// <c>{ "rows": 1200, "sha256": "...", "mode": "full" }</c>. Afterwards a file lies in <c>done</c> or <c>failed</c>.
/// </summary>
public sealed class FolderSourceOptions : DeclarationOptions
{
    /// <summary>The folder.</summary>
    public string? Path { get; set; }

    /// <summary>The names of the files to take, with <c>*</c> and <c>?</c>. What they end in says what they are: csv, json, ndjson, each also with gz.</summary>
    public string Pattern { get; set; } = "*.csv";

    /// <summary>What a file has in it, where its manifest does not say.</summary>
    public FolderMode Mode { get; set; }

    /// <summary>The encoding of delimited files.</summary>
    public string Encoding { get; set; } = "utf-8";

    /// <summary>The one ASCII character between the fields of delimited files.</summary>
    public string Delimiter { get; set; } = ",";

    /// <summary>The list of records in a JSON document, as a path of members.</summary>
    public string Items { get; set; } = "workers";

    internal override FeedFormat Format => FeedFormats.OfFileName(Pattern) ?? FeedFormat.Csv;

    internal override CsvDialect Csv => new(Encoding, Delimiter);

    internal override IReadOnlyList<string> ListPath => ListPathOf(Items);

    /// <inheritdoc/>
    public override IReadOnlyList<ConfigurationFault> Faults() =>
    [
        .. string.IsNullOrWhiteSpace(Path) ? [new ConfigurationFault("path", "The folder is required.")] : Array.Empty<ConfigurationFault>(),
        .. string.IsNullOrWhiteSpace(Pattern) || Pattern.IndexOfAny(['/', '\\']) >= 0
            ? [new ConfigurationFault("pattern", "The pattern is of names of files, as workers-*.csv is, without a folder.")]
            : Array.Empty<ConfigurationFault>(),
        .. Csv.Faults(),
        .. DeclarationFaults.Of(this),
    ];

    /// <inheritdoc/>
    public override void Locate(Func<string, string> absolute)
    {
        if (Path is not null)
            Path = absolute(Path);
    }
}
