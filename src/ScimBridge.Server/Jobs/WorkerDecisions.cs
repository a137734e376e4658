using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What was decided about some workers: what changes, and what to note about each of them.</summary>
/// <param name="Changes">What changes.</param>
/// <param name="Decided">What to note.</param>
/// <param name="Events">What happened to them.</param>
/// <param name="Failed">Workers about whom nothing could be decided; they are as they were and are tried again later.</param>
/// <param name="Appeared">Workers who have an identity from now on, for whom others may have waited as their manager.</param>
/// <param name="Moved">
/// Workers whom time, or taking something back, has put elsewhere than was noted. They are decided when that is noted: who their manager
/// is had been looked up by it.
/// </param>
/// <param name="Deleted">Workers whose identity is deleted, whom others may name as their manager.</param>
public sealed record WorkerDecisions(
    Changes Changes,
    IReadOnlyList<DecidedWorker> Decided,
    IReadOnlyList<StoredEvent> Events,
    IReadOnlyList<(string WorkerId, Exception Why)> Failed,
    IReadOnlyList<string> Appeared,
    IReadOnlyList<WorkerPlace> Moved,
    IReadOnlyList<string> Deleted)
{
    /// <summary>Whose access ends with this, for good as far as is known.</summary>
    public IReadOnlyList<Revocation> Departed { get; init; } = [];

    /// <summary>Resources of those who are back, or were never gone after all.</summary>
    public IReadOnlyList<string> Returned { get; init; } = [];

    /// <summary>What receivers are to be told.</summary>
    public IReadOnlyList<Notification> Told { get; init; } = [];

    /// <summary>Workers of whom the mapping makes no user; with what is theirs as it was, but for access that ends.</summary>
    public IReadOnlyList<Quarantined> Unmapped { get; init; } = [];

    /// <summary>Workers of whom it does.</summary>
    public IReadOnlyList<string> Mapped { get; init; } = [];

    /// <summary>What becomes of service accounts; null where nothing does.</summary>
    public AccountChanges? Accounts { get; init; }

    /// <summary>What was decided about each worker, by the id of the resource.</summary>
    public required IReadOnlyDictionary<string, Intent> Intents { get; init; }
}
