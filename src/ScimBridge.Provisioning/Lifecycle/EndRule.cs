using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>
/// Access is over: disabled at once and out of every group of policy. The identity stays, for the proof and for a rehire, until policy
/// deletes it. A hire that never came to be is treated alike and is called what it is: it is no termination.
/// </summary>
internal sealed class EndRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, WorkerPolicy policy)
    {
        if (change.Now.Access != AccessState.Ended)
            return null;
        var delete = policy.DeleteAt(change);
        return new Intent(
            change.Now.NeverCame ? "rescindedHire" : "leaver", Exists: true, Active: false, Memberships.None, Lane.Revoke)
        {
            DeleteAt = delete, NextChange = delete,
        };
    }
}
