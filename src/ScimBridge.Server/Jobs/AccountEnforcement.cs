using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Brings a service account at its target to what it is to be: whether it works, whether it is there, who answers for it. The truth is read
/// when it runs, whatever was asked for once; what the target says is read back.
/// </summary>
/// <param name="target">The target.</param>
/// <param name="remoteIds">People who have to do with the account, by their users: their ids at the target.</param>
/// <param name="departed">Which of some ids at the target are of people who have left.</param>
/// <param name="now">The instant.</param>
internal sealed class AccountEnforcement(IServiceAccountTarget target, IReadOnlyDictionary<string, string> remoteIds, Func<IReadOnlyCollection<string>, Task<HashSet<string>>> departed, Instant now)
{
    /// <summary>How recent a use has to be for an account to be in use.</summary>
    private static readonly Duration InUse = Duration.FromDays(1);

    /// <summary>Does what a verb is about.</summary>
    public Task<TaskEnd> DoAsync(ServiceAccountVerb verb, ServiceAccount account, string remoteId, CancellationToken cancel) => verb switch
    {
        ServiceAccountVerb.Disable or ServiceAccountVerb.Enable => SetEnabledAsync(account, remoteId, cancel),
        ServiceAccountVerb.Delete => DeleteAsync(account, remoteId, cancel),
        ServiceAccountVerb.Owners => WriteOwnersAsync(account, remoteId, cancel),
        ServiceAccountVerb.Use => LookAtUseAsync(account, remoteId, cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(verb), verb, "It is about a credential."),
    };

    private async Task<TaskEnd> LookAtUseAsync(ServiceAccount account, string remoteId, CancellationToken cancel)
    {
        var (read, found) = await target.ReadAsync(account.Kind, remoteId, cancel);
        if (found is null)
            return read is Outcome.Gone ? new TaskEnd.Cannot("The target does not have the account any more.") : RotationRun.Failed(read);
        var used = found.Credentials.Select(c => c.LastUsedAt).Append(found.LastUsedAt).Max();
        return new TaskEnd.Looked(used, used is { } at ? $"GET account: last used {InstantPattern.General.Format(at)}" : "GET account: the target shows no use");
    }

    private async Task<TaskEnd> SetEnabledAsync(ServiceAccount account, string remoteId, CancellationToken cancel)
    {
        if (account.Use is AccountUse.Proposed or AccountUse.Deleted)
            return new TaskEnd.Done();
        var isOut = account.Use is AccountUse.Disabled or AccountUse.ScheduledDelete || account.ScreamTestUntil > now;
        // Break-glass access stays, whoever decided otherwise.
        if (isOut && account.IsExempt(now))
            return new TaskEnd.Done();
        var (read, found) = await target.ReadAsync(account.Kind, remoteId, cancel);
        if (read is Outcome.Gone)
            return isOut ? new TaskEnd.Done("serviceAccount.disabledAtTarget", "GET account: there is no such account") : new TaskEnd.Cannot("The target does not have the account any more.");
        if (found is null)
            return RotationRun.Failed(read);
        if (found.IsEnabled == !isOut)
            return new TaskEnd.Done(Kind(isOut), $"GET account: enabled: {(isOut ? "false" : "true")}");
        if (!target.Capabilities.Disables.Contains(account.Kind))
            return new TaskEnd.Cannot($"The target can neither disable nor enable a {account.Kind}.");
        // Who is thought to be used by nobody, and is, is not shut: somebody has to look.
        if (isOut && account.Changes is [.., { Reason: StateReason.Inactive }] && found.LastUsedAt > now - InUse)
            return new TaskEnd.Cannot($"It was to be disabled because nobody uses it, and was used at {InstantPattern.General.Format(found.LastUsedAt!.Value)}.");
        if (await target.SetEnabledAsync(account.Kind, remoteId, enabled: !isOut, cancel) is var set and not Outcome.Done)
            return RotationRun.Failed(set);
        var (again, after) = await target.ReadAsync(account.Kind, remoteId, cancel);
        if (after is null)
            return again is Outcome.Gone && isOut ? new TaskEnd.Done(Kind(isOut), "GET account: there is no such account") : RotationRun.Failed(again);
        return after.IsEnabled == !isOut
            ? new TaskEnd.Done(Kind(isOut), $"GET account: enabled: {(isOut ? "false" : "true")}")
            : new TaskEnd.Later(after.IsEnabled is null
                ? "The target does not say whether the account can be used."
                : $"The target says that it is done, and shows: enabled: {(isOut ? "true" : "false")}");

        static string Kind(bool isOut) => isOut ? "serviceAccount.disabledAtTarget" : "serviceAccount.enabledAtTarget";
    }

    private async Task<TaskEnd> DeleteAsync(ServiceAccount account, string remoteId, CancellationToken cancel)
    {
        if (account.Use != AccountUse.Deleted)
            return new TaskEnd.Done();
        if (!target.Capabilities.Deletes.Contains(account.Kind))
            return new TaskEnd.Cannot($"The target cannot delete a {account.Kind}.");
        if (await target.DeleteAsync(account.Kind, remoteId, cancel) is var deleted and not Outcome.Done)
            return RotationRun.Failed(deleted);
        var (read, found) = await target.ReadAsync(account.Kind, remoteId, cancel);
        return read is Outcome.Gone
            ? new TaskEnd.Done("serviceAccount.deletedAtTarget", "GET account: there is no such account")
            : found is null ? RotationRun.Failed(read) : new TaskEnd.Later("The target says that the account is deleted, and shows it.");
    }

    /// <summary>
    /// Who answers is added before who does no longer goes, and so does whoever has left. Others stay: the bridge does not know what they are there for.
    /// </summary>
    private async Task<TaskEnd> WriteOwnersAsync(ServiceAccount account, string remoteId, CancellationToken cancel)
    {
        if (account.Use is AccountUse.Proposed or AccountUse.Deleted)
            return new TaskEnd.Done();
        var (writesOwners, writesSponsors) = (target.Capabilities.WritesOwners.Contains(account.Kind), target.Capabilities.WritesSponsors.Contains(account.Kind));
        if (!writesOwners && !writesSponsors)
            return new TaskEnd.Done();
        var (read, found) = await target.ReadAsync(account.Kind, remoteId, cancel);
        if (found is null)
            return read is Outcome.Gone ? new TaskEnd.Cannot("The target does not have the account any more.") : RotationRun.Failed(read);
        var ours = remoteIds.Values.Concat(await departed([.. found.OwnerIds.Concat(found.SponsorIds).Distinct(StringComparer.Ordinal)])).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (writesOwners && await ChangeAsync(found.OwnerIds, AccountableRole.TechnicalOwner, (add, remove) => target.ChangeOwnersAsync(account.Kind, remoteId, add, remove, cancel)) is { } failed)
            return failed;
        if (writesSponsors && await ChangeAsync(found.SponsorIds, AccountableRole.Sponsor, (add, remove) => target.ChangeSponsorsAsync(account.Kind, remoteId, add, remove, cancel)) is { } wrong)
            return wrong;
        var (again, after) = await target.ReadAsync(account.Kind, remoteId, cancel);
        if (after is null)
            return RotationRun.Failed(again);
        var isSo = (!writesOwners || Differs(after.OwnerIds, AccountableRole.TechnicalOwner) is ([], [])) && (!writesSponsors || Differs(after.SponsorIds, AccountableRole.Sponsor) is ([], []));
        return isSo ? new TaskEnd.Done("serviceAccount.ownersAtTarget", "GET owners") : new TaskEnd.Later("The target says that owners and sponsors are changed, and shows others.");

        async Task<TaskEnd?> ChangeAsync(IReadOnlyList<string> there, AccountableRole role, Func<IReadOnlyCollection<string>, IReadOnlyCollection<string>, Task<Outcome>> change)
        {
            var (add, remove) = Differs(there, role);
            if (add.Count == 0 && remove.Count == 0)
                return null;
            return await change(add, remove) is var outcome and not Outcome.Done ? RotationRun.Failed(outcome) : null;
        }

        (List<string> Add, List<string> Remove) Differs(IReadOnlyList<string> there, AccountableRole role)
        {
            var wanted = account.Accountable.Where(a => a.Role == role).OrderByDescending(a => a.IsSettled).Select(a => remoteIds.GetValueOrDefault(a.PersonId)).OfType<string>()
                .Distinct(StringComparer.OrdinalIgnoreCase).ToList();
            // Where there is room for one, one of ours is enough, and a stranger stays.
            if (target.Capabilities.HoldsOneOwner && role == AccountableRole.TechnicalOwner)
            {
                if (there.Any(id => !ours.Contains(id) || wanted.Contains(id, StringComparer.OrdinalIgnoreCase)))
                    return ([], []);
                wanted = [.. wanted.Take(1)];
            }

            var gone = there.Where(id => ours.Contains(id) && !wanted.Contains(id, StringComparer.OrdinalIgnoreCase)).ToList();
            // Nobody goes while nobody whom the target knows comes.
            return ([.. wanted.Where(id => !there.Contains(id, StringComparer.OrdinalIgnoreCase))], wanted.Count == 0 ? [] : gone);
        }
    }
}
