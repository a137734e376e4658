using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>At work: usable. Whoever was not at work before is a joiner or comes back; for everybody else this is a change.</summary>
internal sealed class AtWorkRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, LifecyclePolicy policy)
    {
        if (change.Now.Access != AccessState.Active)
            return null;
        return change.Before == AccessState.Active && change.HasIdentity
            ? new Intent("atWork", Exists: true, Active: true, Member: true, Lane.Change)
            : new Intent("joiner", Exists: true, Active: true, Member: true, Lane.Join);
    }
}
