using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>Access has been over for as long as policy keeps an account: it is deleted. Who comes back after that gets a new one.</summary>
internal sealed class DeletionRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, WorkerPolicy policy) =>
        change.Now.Access == AccessState.Ended && policy.DeleteAt(change) is { } due && due <= change.Now.AsOf
            ? new Intent("deletion", Exists: false, Active: false, Memberships.None, Lane.Revoke)
            : null;
}
