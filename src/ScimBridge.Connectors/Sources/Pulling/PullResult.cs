using NodaTime;

namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>What a fetch brought, and what is known about it.</summary>
public sealed record PullResult
{
    /// <summary>What it brought.</summary>
    public required PullMode Mode { get; init; }

    /// <summary>When the fetch began: what changed later may not be in it.</summary>
    public required Instant AsOf { get; init; }

    /// <summary>What messages call it.</summary>
    public required string Name { get; init; }

    /// <summary>How the feed is written.</summary>
    public FeedFormat Format { get; init; } = FeedFormat.NdJson;

    /// <summary>How many records were written; null for a file that nobody counted.</summary>
    public long? Rows { get; init; }

    /// <summary>How it is known that the feed is whole.</summary>
    public Completeness Completeness { get; init; }

    /// <summary>Where the next fetch goes on; null where each begins anew.</summary>
    public PullCursor? Next { get; init; }
}
