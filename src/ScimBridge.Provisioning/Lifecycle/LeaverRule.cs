using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>
/// Access is over: disabled at once and out of every group of policy. The identity stays, for the proof and for a rehire. A hire that
/// is put off again beyond the time of preparation is treated alike.
/// </summary>
internal sealed class LeaverRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, LifecyclePolicy policy) =>
        change.Now.Access is AccessState.Ended or AccessState.None
            ? new Intent("leaver", Exists: true, Active: false, Member: false, Lane.Revoke)
            : null;
}
