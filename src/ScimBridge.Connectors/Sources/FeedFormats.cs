namespace ScimBridge.Connectors.Sources;

/// <summary>How a feed says what it is written in.</summary>
public static class FeedFormats
{
    /// <summary>The format of a media type, whatever parameters follow it; null for one that is not known.</summary>
    public static FeedFormat? OfMediaType(string? mediaType) => mediaType?.Split(';')[0].Trim().ToLowerInvariant() switch
    {
        "text/csv" or "application/csv" => FeedFormat.Csv,
        "application/json" => FeedFormat.Json,
        "application/x-ndjson" or "application/ndjson" or "application/jsonl" or "application/jsonlines" => FeedFormat.NdJson,
        _ => null,
    };

    /// <summary>The format of a file by the end of its name, with or without <c>.gz</c>; null for one that is not known.</summary>
    public static FeedFormat? OfFileName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var plain = name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name;
        return Path.GetExtension(plain).ToLowerInvariant() switch
        {
            ".csv" or ".txt" or ".tsv" => FeedFormat.Csv,
            ".json" => FeedFormat.Json,
            ".ndjson" or ".jsonl" => FeedFormat.NdJson,
            _ => null,
        };
    }
}
