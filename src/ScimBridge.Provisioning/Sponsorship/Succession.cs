using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// Who is next: a co-sponsor, the manager as of the event, the managers above to a depth, the team's owner, the application's or department's
/// owner; then nobody, which is the orphan queue.
/// </summary>
public static class Succession
{
    /// <summary>The next in the chain who can take the role; null where the chain is at its end.</summary>
    /// <param name="account">The account.</param>
    /// <param name="handover">The succession: from whom, where the chain of managers begins, and who was asked before.</param>
    /// <param name="people">Everybody, as of the event.</param>
    /// <param name="policy">How deep the chain is.</param>
    /// <param name="now">The instant.</param>
    public static Successor? Next(ServiceAccount account, Handover handover, People people, SuccessionPolicy policy, Instant now) =>
        Chain(account, handover, people, policy, now).FirstOrDefault(s => !handover.PassedOver.Contains(s.PersonId));

    /// <summary>
    /// Who holds the role meanwhile: as the chain goes, but without the co-sponsor, who has not accepted, and whoever was asked before: the
    /// manager may have declined to succeed and still has to see to it that nothing happens. Null where nobody can.
    /// </summary>
    public static Successor? Meanwhile(ServiceAccount account, Handover handover, People people, SuccessionPolicy policy, Instant now) =>
        Chain(account, handover, people, policy, now).FirstOrDefault(s => s.Via != Via.CoSponsor);

    /// <summary>Everybody who can take the role, in their order.</summary>
    internal static IEnumerable<Successor> Chain(ServiceAccount account, Handover handover, People people, SuccessionPolicy policy, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(handover);
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(policy);
        var barred = Barred(account, handover);
        return All(account, handover, people, policy).Where(s => !barred.Contains(s.PersonId) && people[s.PersonId].CanSucceed(now, policy)).DistinctBy(s => s.PersonId);
    }

    private static IEnumerable<Successor> All(ServiceAccount account, Handover handover, People people, SuccessionPolicy policy)
    {
        foreach (var second in account.Accountable)
        {
            if (second is { Role: AccountableRole.CoSponsor, AcceptedAt: not null })
                yield return new(second.PersonId, Via.CoSponsor);
        }

        var seen = new HashSet<string>(StringComparer.Ordinal) { handover.From };
        var manager = handover.Start;
        // A chain that comes back to somebody goes no farther: managers of managers can form a ring (a wrong record, two chairmen).
        for (var depth = 0; depth < policy.Depth && manager is not null && seen.Add(manager); depth++)
        {
            yield return new(manager, depth == 0 ? Via.Manager : Via.ManagerAbove);
            manager = people[manager].ManagerId;
        }

        foreach (var owner in people.OwnersOfTeam(account.TeamId))
            yield return new(owner, Via.TeamOwner);
        foreach (var owner in people.OwnersOfApplication(account.ApplicationId))
            yield return new(owner, Via.ApplicationOwner);
    }

    // Not the one who goes; and at criticality 1 and 2 nobody who has, or is to have, the other role: two people answer for those.
    private static HashSet<string> Barred(ServiceAccount account, Handover handover)
    {
        var barred = new HashSet<string>(StringComparer.Ordinal) { handover.From };
        if (account.Criticality > Criticality.C2)
            return barred;
        var other = handover.Role == AccountableRole.Sponsor ? AccountableRole.TechnicalOwner : AccountableRole.Sponsor;
        var otherHandover = account.HandoverOf(other);
        barred.UnionWith(account.Accountable.Where(a => a.Role == other).Select(a => a.PersonId));
        if (otherHandover?.Asked is { } asked)
            barred.Add(asked.PersonId);
        return barred;
    }
}
