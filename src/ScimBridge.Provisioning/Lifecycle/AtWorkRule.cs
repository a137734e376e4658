using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>
/// At work: usable, with everything that policy gives today. Whoever was not at work before is a joiner or comes back; for everybody else
/// this is a change, of a mover for instance.
/// </summary>
internal sealed class AtWorkRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, WorkerPolicy policy)
    {
        if (change.Now.Access != AccessState.Active)
            return null;
        var (rule, lane) = (change.HasIdentity, change.Before) switch
        {
            (true, AccessState.Active) => ("atWork", Lane.Change),
            (true, AccessState.Restricted or AccessState.Suspended or AccessState.Ended) => ("return", Lane.Join),
            _ => ("joiner", Lane.Join),
        };
        return new Intent(rule, Exists: true, Active: true, Memberships.All, lane)
        {
            Removals = policy.UrgentRemovals ? Lane.Suspend : lane,
        };
    }
}
