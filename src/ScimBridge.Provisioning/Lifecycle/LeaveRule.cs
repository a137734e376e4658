using System.Diagnostics;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>On leave: the account stays, loses what is privileged, or is suspended, as policy has it for leaves of that type.</summary>
internal sealed class LeaveRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, WorkerPolicy policy)
    {
        if (change.Now.Access != AccessState.Restricted)
            return null;
        // Back from being barred, or begun on leave: as urgent as any other return.
        var usable = change.WasUsable ? Lane.Change : Lane.Join;
        return policy.OnLeave(change.Now.Facts) switch
        {
            LeaveAction.Keep => new Intent("leave", Exists: true, Active: true, Memberships.All, usable),
            LeaveAction.SuspendPrivileged =>
                new Intent("leave", Exists: true, Active: true, Memberships.Unprivileged, usable) { Removals = Lane.Suspend },
            LeaveAction.Suspend => new Intent("leave", Exists: true, Active: false, Memberships.Unprivileged, Lane.Suspend),
            var unknown => throw new UnreachableException($"There is no {unknown}."),
        };
    }
}
