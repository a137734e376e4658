using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>On leave: the account stays or is suspended, as policy has it.</summary>
internal sealed class LeaveRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, LifecyclePolicy policy)
    {
        if (change.Now.Access != AccessState.Restricted)
            return null;
        return policy.Leave == LeaveAction.Suspend
            ? new Intent("leave", Exists: true, Active: false, Member: true, Lane.Suspend)
            // Back from being barred, or begun on leave: as urgent as any other return.
            : new Intent("leave", Exists: true, Active: true, Member: true, change.WasUsable(policy) ? Lane.Change : Lane.Join);
    }
}
