using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Safety;

namespace ScimBridge.Provisioning.Planning;

/// <summary>What of a plan could hurt, in the breaker's words: the same limits judge a plan that judge a batch.</summary>
public static class PlanSafety
{
    /// <summary>The effect of one item at the bridge itself.</summary>
    /// <param name="operation">What happens.</param>
    /// <param name="intent">What was decided about the worker; null where the resource is of no worker.</param>
    public static Effect EffectOf(PlannedOperation operation, Intent? intent) => operation switch
    {
        PlannedOperation.Delete => Effect.Terminates,
        // Who stays in the groups of policy is expected back.
        PlannedOperation.Disable => intent is { Memberships: Memberships.None } ? Effect.Terminates : Effect.Disables,
        PlannedOperation.Rename => Effect.Rekeys,
        PlannedOperation.Lose when intent is not null and not { Memberships: Memberships.None } => Effect.Moves,
        _ => Effect.None,
    };
}
