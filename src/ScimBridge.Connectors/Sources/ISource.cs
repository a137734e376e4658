namespace ScimBridge.Connectors.Sources;

/// <summary>
/// One HR system that records come from. Reading streams: memory does not grow with the feed. A fault of one row is an item of the
/// stream; a fault of the whole feed (no such file, wrong encoding, missing column) is a <see cref="FeedException"/>, thrown before any
/// row is handed out where it can be known by then.
/// </summary>
public interface ISource
{
    /// <summary>Reads the feed from its beginning.</summary>
    IAsyncEnumerable<FeedItem> ReadAsync(CancellationToken cancel);
}
