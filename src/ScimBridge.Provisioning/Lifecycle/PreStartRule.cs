using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>
/// About to start: prepared with its groups but for the privileged ones, not usable. Where it was usable already (a start date moved into
/// the future), taking it away is urgent.
/// </summary>
internal sealed class PreStartRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, WorkerPolicy policy) =>
        change.Now.Access == AccessState.PreStart
            ? new Intent(
                "preStart", Exists: true, Active: false, Memberships.Unprivileged, change.WasUsable ? Lane.Suspend : Lane.Join)
            : null;
}
