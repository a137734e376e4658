namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>
/// Fetches records from an HR system. What is fetched is written down before any of it is read: lines of JSON with what the source's
/// declaration maps and nothing else, or a file as it lies, to be read by that declaration like a batch that was handed in.
/// <para>
/// A fetch is whole or it is none: where a page is missing, a total changes, an item comes twice, or a call fails for longer than a few
/// tries can help, it ends in a <see cref="FeedException"/>, and what was written by then is to be thrown away. It changes nothing at
/// the other side, except that <see cref="SettleAsync"/> may move a file.
/// </para>
/// </summary>
public interface IPull : IDisposable
{
    /// <summary>Fetches everything, or what changed since the cursor where the system can tell.</summary>
    /// <param name="into">Where the feed is written to. It is neither flushed nor closed.</param>
    /// <param name="since">What the last fetch whose batch was noted gave as <see cref="PullResult.Next"/>; null to begin anew.</param>
    /// <param name="cancel">Stops the fetch.</param>
    /// <exception cref="FeedException">The feed could not be had, or not all of it.</exception>
    Task<PullResult> FetchAsync(Stream into, PullCursor? since, CancellationToken cancel);

    /// <summary>
    /// Says what became of the batch of a fetch: read, or refused as a whole. May be said again; need not be said at all.
    /// </summary>
    /// <param name="cursor">The <see cref="PullResult.Next"/> of that fetch.</param>
    /// <param name="accepted">Whether the batch could be read to its end.</param>
    /// <param name="cancel">Stops waiting.</param>
    Task SettleAsync(PullCursor cursor, bool accepted, CancellationToken cancel) => Task.CompletedTask;
}
