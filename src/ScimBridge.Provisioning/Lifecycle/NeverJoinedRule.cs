using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>Who had left before the bridge first heard of them, whose account was deleted, and who starts too far ahead, has no identity anywhere.</summary>
internal sealed class NeverJoinedRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, WorkerPolicy policy) =>
        !change.HasIdentity && change.Now.Access is (AccessState.Ended or AccessState.None)
            ? new Intent("neverJoined", Exists: false, Active: false, Memberships.None, Lane.Change)
            : null;
}
