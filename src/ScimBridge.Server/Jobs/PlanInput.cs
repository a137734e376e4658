using NodaTime;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Safety;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What a run of a plan goes by.</summary>
/// <param name="Configuration">The configuration that decides.</param>
/// <param name="At">The instant of which it is.</param>
/// <param name="All">Everybody is decided, and not only those for whom a date or a batch has something to decide.</param>
/// <param name="Compared">Targets at which everything is compared, also what stays as it is at the bridge itself.</param>
/// <param name="Batch">A batch over what is there; null for none.</param>
internal sealed record PlanInput(BridgeConfiguration Configuration, Instant At, bool All, IReadOnlyList<string> Compared, PlannedBatch? Batch)
{
    /// <summary>Of a date to come: now, from where everything that falls due by then is decided in its order; null where all is decided at once.</summary>
    public Instant? From { get; init; }
}

/// <summary>What a run found about some workers, or about some resources at a target.</summary>
/// <param name="Source">The source of the workers; null of resources at a target.</param>
/// <param name="Items">What would happen.</param>
/// <param name="Suspects">What of it could hurt, as the breaker asks.</param>
/// <param name="Decisions">What was decided, to be written; null of resources at a target.</param>
/// <param name="Marks">What would have to be marked as due beside the decisions.</param>
internal sealed record PlanChunk(
    string? Source, IReadOnlyList<PlanItem> Items, IReadOnlyList<Suspect> Suspects, WorkerDecisions? Decisions, IReadOnlyList<DueMark> Marks);
