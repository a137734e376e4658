namespace ScimBridge.Connectors.Sources;

/// <summary>A batch that was handed in or pulled, instead of the file that a source's configuration names. It may be gzip.</summary>
/// <param name="Open">Opens the bytes from their beginning; the caller of it disposes the stream.</param>
/// <param name="Name">What messages call it.</param>
public sealed record FeedFile(Func<Stream> Open, string Name)
{
    /// <summary>How it is written; null for the format of the source's own kind.</summary>
    public FeedFormat? Format { get; init; }

    /// <summary>Whether its records state only what they have; null for what the source declares.</summary>
    public bool? Partial { get; init; }
}
