using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>What the organisation does about joiners, movers, leaves and leavers.</summary>
public sealed class LifecyclePolicy
{
    private readonly WorkerPolicy _usual;
    private readonly IReadOnlyDictionary<WorkerType, WorkerPolicy> _byType;

    /// <summary>Creates the policy.</summary>
    /// <param name="usual">For every type of worker that is not named.</param>
    /// <param name="byType">By the type of worker; null for none.</param>
    public LifecyclePolicy(WorkerPolicy usual, IReadOnlyDictionary<WorkerType, WorkerPolicy>? byType = null)
    {
        ArgumentNullException.ThrowIfNull(usual);
        _usual = usual;
        _byType = byType ?? new Dictionary<WorkerType, WorkerPolicy>();
        Preparation = new Preparation(usual.Preparation, _byType.ToDictionary(t => t.Key, t => t.Value.Preparation));
    }

    /// <summary>How long before the first working day an account is prepared.</summary>
    public Preparation Preparation { get; }

    /// <summary>The policy for a type of worker.</summary>
    public WorkerPolicy Of(WorkerType type) => _byType.TryGetValue(type, out var own) ? own : _usual;
}
