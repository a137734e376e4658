using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>Who had left before the bridge first heard of them, and who starts too far ahead, gets no identity anywhere.</summary>
internal sealed class NeverJoinedRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, LifecyclePolicy policy) =>
        !change.HasIdentity && change.Now.Access is (AccessState.Ended or AccessState.None)
            ? new Intent("neverJoined", Exists: false, Active: false, Member: false, Lane.Change)
            : null;
}
