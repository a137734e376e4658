namespace ScimBridge.Connectors.Sources;

/// <summary>
/// One HR system that records come from. Reading streams: memory does not grow with the feed. A fault of one row is an item of the
/// stream; a fault of the whole feed (no such file, wrong encoding, missing column) is a <see cref="FeedException"/>.
/// </summary>
public interface ISource
{
    /// <summary>
    /// Goes through the whole feed for faults that would end it and hands nothing out, so that a feed that breaks off half-way is
    /// refused before the first of its records is accepted.
    /// </summary>
    /// <returns>How many rows there are, as <see cref="ReadAsync"/> will count them; null where that shows only in reading them.</returns>
    /// <exception cref="FeedException">The feed cannot be read to its end.</exception>
    Task<long?> CheckAsync(CancellationToken cancel);

    /// <summary>Reads the feed from its beginning.</summary>
    IAsyncEnumerable<FeedItem> ReadAsync(CancellationToken cancel);
}
