using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Sets right what a reconciliation found of service accounts, by the ways that they go anyhow: what is due of an account is marked and done by
/// <see cref="Rotate"/>, what a leaver knows is put on its deadline by <see cref="CascadeDue"/>, and what nobody knows is taken in by <see cref="Discover"/>.
/// </summary>
internal sealed class ServiceAccountCorrection(ConfiguredTarget configured, BridgeConfiguration configuration, ITarget target, AccountBook accounts)
{
    /// <summary>Whether anything is to be done about it.</summary>
    public bool IsActionable(Difference difference) => target.ServiceAccounts is { } identities && difference.Kind switch
    {
        DifferenceKind.Orphan => difference.What.Contains(ServiceAccountReconciler.Deleted) || (difference.ResourceId is null && IsDiscovered),
        DifferenceKind.UnknownCredential => difference.What.Contains(ServiceAccountReconciler.Ended) || IsDiscovered,
        DifferenceKind.ReEnabled or DifferenceKind.AttributeDrift => identities.Capabilities.Disables.Count > 0,
        DifferenceKind.LeaverCredential or DifferenceKind.SponsorMissing => true,
        _ => false,
    };

    private bool IsDiscovered => Discover.IsOn(configuration, target);

    /// <summary>Marks what is due. In the caller's transaction.</summary>
    public async Task SetRightAsync(
        Session session, Reconciliation reconciliation, IReadOnlyCollection<Difference> differences, long now, CancellationToken cancel)
    {
        if (differences.Count == 0)
            return;
        foreach (var ended in differences.Where(d => d.What.Contains(ServiceAccountReconciler.Ended)))
        {
            await accounts.SeenAsync(
                session, ended.ResourceId!, ended.RemoteId!, CredentialState.Active, "reconciliation: the target shows it", ReconciliationEnforcement.Actor, reconciliation.Id, cancel);
        }

        await ServiceAccountTaskStore.MarkAsync(session, differences.Select(d => MarkOf(d, now)).OfType<ServiceAccountMark>(), now, reconciliation.Id, cancel);
        // Whoever looks at its timers puts on a deadline what a leaver knows, and looks for who is missing.
        await ServiceAccountStore.WakeAsync(
            session,
            [.. differences.Where(d => d.Kind is DifferenceKind.LeaverCredential or DifferenceKind.SponsorMissing).Select(d => d.ResourceId!).Distinct(StringComparer.Ordinal)],
            now,
            cancel);
        if (differences.Any(d => d.Kind is DifferenceKind.Orphan or DifferenceKind.UnknownCredential))
            await DiscoveryStore.HastenAsync(session, configured.Name, now, cancel);
    }

    /// <summary>Wakes whoever works on what was marked.</summary>
    public void Wake(IAlarm alarm)
    {
        alarm.Wake(new DrainKey(DrainKind.Rotate, configured.Name));
        alarm.Wake(new DrainKey(DrainKind.Cascade, CascadeDue.Name));
        alarm.Wake(new DrainKey(DrainKind.Discover, configured.Name));
    }

    private ServiceAccountMark? MarkOf(Difference difference, long now)
    {
        return difference.Kind switch
        {
            DifferenceKind.SponsorMissing => Mark(ServiceAccountVerb.Owners, "", Lane.Reconcile),
            DifferenceKind.AttributeDrift => Mark(ServiceAccountVerb.Enable, "", Lane.Reconcile),
            DifferenceKind.ReEnabled => Mark(ServiceAccountVerb.Disable, "", Lane.Revoke),
            DifferenceKind.Orphan when difference.ResourceId is not null => Mark(ServiceAccountVerb.Delete, "", Lane.Reconcile),
            // One that is late is begun anew; where no deadline is set yet, that comes to nothing.
            DifferenceKind.LeaverCredential => Mark(ServiceAccountVerb.Rotate, difference.RemoteId!, Lane.Revoke),
            _ => null,
        };

        ServiceAccountMark? Mark(ServiceAccountVerb verb, string keyId, Lane lane) => new(configured.Name, difference.ResourceId!, verb, keyId, lane, now);
    }
}
