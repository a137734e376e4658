using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What one step of a reconciliation came to.</summary>
/// <param name="Reconciliation">As it is after the step, but for what the differences add to it.</param>
/// <param name="Outcome">What the target answered: with <see cref="Outcome.Done"/> the step is done, with anything else it has not come about.</param>
internal sealed record ReconciliationStep(Reconciliation Reconciliation, Outcome Outcome)
{
    /// <summary>What was found.</summary>
    public IReadOnlyList<Difference> Found { get; init; } = [];

    /// <summary>What a listing has shown.</summary>
    public IReadOnlyCollection<string> Seen { get; init; } = [];

    /// <summary>What those are.</summary>
    public DifferenceSubject About { get; init; }

    /// <summary>The users that were seen whole, whoever has them.</summary>
    public IReadOnlyList<ObservedAccount> Sighted { get; init; } = [];

    /// <summary>The remote ids of users that are there no more.</summary>
    public IReadOnlyList<string> Vanished { get; init; } = [];

    /// <summary>The phase is over.</summary>
    public bool IsPhaseOver { get; init; }

    /// <summary>The mark is too old, or the target does not know the place any more.</summary>
    public bool IsStale { get; init; }

    /// <summary>The step did not come about.</summary>
    public static ReconciliationStep Failed(Reconciliation reconciliation, Outcome outcome) => new(reconciliation, outcome);
}
