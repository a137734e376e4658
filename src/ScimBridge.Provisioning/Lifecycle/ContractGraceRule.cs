using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>
/// The contract has run out, and policy waits for an extension that is told late: disabled at once, licences and privileges gone, the
/// ordinary memberships there until the time is up. Then it is a leaver's.
/// </summary>
internal sealed class ContractGraceRule : ILifecycleRule
{
    public Intent? Decide(LifecycleChange change, WorkerPolicy policy)
    {
        var worker = change.Now;
        if (worker is not { Access: AccessState.Ended, NeverCame: false, EndsWithContract: true, OverSince: { } since })
            return null;
        var over = since + policy.ContractGrace;
        return worker.AsOf < over
            ? new Intent("contractEnd", Exists: true, Active: false, Memberships.Ordinary, Lane.Revoke)
            {
                DeleteAt = policy.DeleteAt(change), NextChange = over,
            }
            : null;
    }
}
