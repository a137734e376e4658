using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>
/// Barred for a time: disabled, and out of what is privileged; the other memberships stay, so that nothing has to be put together again.
/// </summary>
internal sealed class SuspensionRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, WorkerPolicy policy) =>
        change.Now.Access == AccessState.Suspended
            ? new Intent("suspension", Exists: true, Active: false, Memberships.Unprivileged, Lane.Suspend)
            : null;
}
