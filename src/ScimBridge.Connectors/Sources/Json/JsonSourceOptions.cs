using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Sources.Json;

/// <summary>A JSON document (RFC 8259) with a list of workers in it, or a file with a JSON object on each line.</summary>
public sealed class JsonSourceOptions : DeclarationOptions
{
    /// <summary>The file; null where batches are only handed in.</summary>
    public string? Path { get; set; }

    /// <summary>The list of records in the document, as a path of members; a document that is a list needs none.</summary>
    public string Items { get; set; } = "workers";

    /// <summary>Whether there is an object on each line instead of one document.</summary>
    public bool Lines { get; set; }

    internal override FeedFormat Format => Lines ? FeedFormat.NdJson : FeedFormat.Json;

    internal override IReadOnlyList<string> ListPath => ListPathOf(Items);

    internal override string? File => Path;

    /// <inheritdoc/>
    public override IReadOnlyList<ConfigurationFault> Faults() =>
        [.. DeclarationFaults.OfFile(Path), .. DeclarationFaults.Of(this), .. DeclarationFaults.OfPaths(this)];

    /// <inheritdoc/>
    public override void Locate(Func<string, string> absolute)
    {
        if (Path is not null)
            Path = absolute(Path);
    }
}
