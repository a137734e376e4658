using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>Barred for a time: disabled; memberships stay, so that nothing has to be put together again.</summary>
internal sealed class SuspensionRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, LifecyclePolicy policy) =>
        change.Now.Access == AccessState.Suspended
            ? new Intent("suspension", Exists: true, Active: false, Member: true, Lane.Suspend)
            : null;
}
