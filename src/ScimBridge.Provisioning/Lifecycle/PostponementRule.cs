using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>
/// A hire that is put off again beyond the time of preparation: disabled and out of every group, until it is time to prepare the account
/// once more. It is no termination, and nothing is deleted.
/// </summary>
internal sealed class PostponementRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, WorkerPolicy policy) =>
        change.Now.Access == AccessState.None
            ? new Intent("postponement", Exists: true, Active: false, Memberships.None, Lane.Revoke)
            : null;
}
