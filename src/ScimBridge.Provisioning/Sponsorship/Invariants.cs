using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Checks what has to be true of service accounts.</summary>
public static class Invariants
{
    /// <summary>What does not hold of an account.</summary>
    public static IReadOnlyList<Violation> Violations(ServiceAccount account, People people, SuccessionPolicy policy, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(policy);
        if (account.Use is AccountUse.Proposed or AccountUse.Deleted)
            return [];
        return
        [
            .. Accountability(account, people, policy, now), .. Departed(account, people, policy, now), .. Knowledge(account, people),
            .. Proof(account), .. Consent(account),
        ];
    }

    /// <summary>V7: which of the bridge's own credentials stand in no account of the inventory.</summary>
    /// <param name="inventory">Every account.</param>
    /// <param name="bridgeCredentials">The names of what the bridge itself signs in and signs with: sources, targets, signing keys.</param>
    public static IReadOnlyList<Violation> OfInventory(IEnumerable<ServiceAccount> inventory, IEnumerable<string> bridgeCredentials)
    {
        ArgumentNullException.ThrowIfNull(inventory);
        var known = inventory.Where(a => a.Use != AccountUse.Deleted).Select(a => a.BridgeCredential).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return [.. bridgeCredentials.Where(c => !known.Contains(c)).Select(c => new Violation(Invariant.V7, $"{c} stands in no account."))];
    }

    // V1, and V6 where the account is disabled: the same, asked of an account that nobody would miss.
    private static IEnumerable<Violation> Accountability(ServiceAccount account, People people, SuccessionPolicy policy, Instant now)
    {
        var which = account.Use is AccountUse.Disabled or AccountUse.ScheduledDelete ? Invariant.V6 : Invariant.V1;
        var sponsors = Here(AccountableRole.Sponsor);
        var owners = Here(AccountableRole.TechnicalOwner);
        if (account.Orphan is { Roles.Count: > 0 } orphan && orphan.TriageBy > orphan.Since && orphan.EndBy > orphan.Since)
        {
            if (sponsors.Count == 0 && !orphan.Roles.Contains(AccountableRole.Sponsor))
                yield return new(which, "It has no sponsor who is here, and is on the orphan queue for another role.");
            if (owners.Count == 0 && !orphan.Roles.Contains(AccountableRole.TechnicalOwner))
                yield return new(which, "It has no technical owner who is here, and is on the orphan queue for another role.");
            yield break;
        }

        if (sponsors.Count == 0)
            yield return new(which, "It has no sponsor who is here.");
        if (owners.Count == 0)
            yield return new(which, "It has no technical owner who is here.");
        if (CascadeTable.IsCritical(account.Criticality) && sponsors.Count == 1 && owners.Count == 1 && sponsors.SetEquals(owners))
            yield return new(which, "One person answers for both.");

        HashSet<string> Here(AccountableRole role) =>
        [
            .. account.Accountable.Where(a => a.Role == role && people[a.PersonId].CanAnswer(now, policy) && !people[a.PersonId].IsAway).Select(a => a.PersonId),
        ];
    }

    private static IEnumerable<Violation> Departed(ServiceAccount account, People people, SuccessionPolicy policy, Instant now) =>
        account.Accountable.Where(a => !people[a.PersonId].CanAnswer(now, policy))
            .Select(a => new Violation(Invariant.V2, $"A {a.Role} has left, or is about to."));

    private static IEnumerable<Violation> Knowledge(ServiceAccount account, People people) =>
        account.Credentials.Where(c => !c.IsSettled && account.Knowers(c).Any(id => people[id].IsGone)
            && account.Duties.All(d => d.KeyId != c.KeyId || d.ClosedAt is not null))
            .Select(c => new Violation(Invariant.V3, $"{c.KeyId} is known to somebody who has left, and on no deadline."));

    private static IEnumerable<Violation> Proof(ServiceAccount account) =>
        account.Duties.Where(d => d.ClosedAt is not null && account.Credentials.Any(c => c.KeyId == d.KeyId && !c.IsSettled)
            // A risk whose owner has left is nobody's: the duty is there again.
            && account.Duties.All(o => o.KeyId != d.KeyId || o.ClosedAt is not null))
            .Select(d => new Violation(Invariant.V4, $"The duty for {d.KeyId} is closed without proof."));

    private static IEnumerable<Violation> Consent(ServiceAccount account) =>
        account.Accountable.Where(a => a.Basis == AccountableBasis.Succession
            && (a.AcceptedAt is null || (a.IsBySilence && CascadeTable.IsCritical(account.Criticality))))
            .Select(a => new Violation(Invariant.V5, $"A {a.Role} has not accepted."));
}
