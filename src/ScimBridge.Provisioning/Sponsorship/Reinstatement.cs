using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// What comes of it that what made somebody leave or move is taken back: the roles that they lost by it are theirs again as they were, for those that they
/// have still nobody is sought any more, who was put in their place goes, and an account that was shut because of it works again. Nothing is done about
/// credentials: what was exchanged stays so, and what is on a deadline stays on it.
/// </summary>
public static class Reinstatement
{
    /// <summary>The steps; none where nothing was lost, or what was lost is deleted.</summary>
    /// <param name="account">The account.</param>
    /// <param name="returned">Who is here again, or where they were.</param>
    /// <param name="held">What these held before what is taken back, and what co-sponsors did: one of them may have come in their place.</param>
    /// <param name="since">From when on what has happened may be its consequence.</param>
    /// <param name="people">Everybody, with what is taken back taken back.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="now">The instant.</param>
    public static IReadOnlyList<CascadeStep> Of(
        ServiceAccount account, IReadOnlySet<string> returned, IReadOnlyCollection<Accountable> held, Instant since, People people, SuccessionPolicy policy, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(returned);
        ArgumentNullException.ThrowIfNull(held);
        if (account.Use is AccountUse.Proposed or AccountUse.Deleted)
            return [];
        var course = new Course(account, people, policy, now);
        var lost = held.Where(h => course.CanAnswer(h.PersonId) && !account.Accountable.Any(a => a.IsSettled && IsSame(a, h))
            && (returned.Contains(h.PersonId) || account.Accountable.Any(a => a.PersonId == h.PersonId && a.Role == AccountableRole.Sponsor && IsSuccessor(a)))).ToList();
        foreach (var one in lost)
        {
            course.Do(new CascadeStep.GiveBack(one));
            if (course.Account.HandoverOf(one.Role)?.From == one.PersonId)
                course.Do(new CascadeStep.EndHandover(one.Role));
        }

        foreach (var handover in course.Account.Handovers.Where(h => h.Since >= since && returned.Contains(h.From) && Coverage.Settled(course, h.Role).Contains(h.From)).ToList())
            course.Do(new CascadeStep.EndHandover(handover.Role));

        // Whom those who run the account have named since stays.
        foreach (var successor in course.Account.Accountable.Where(a => IsSuccessor(a) && lost.Any(l => l.Role == a.Role) && !held.Any(h => IsSame(a, h))).ToList())
            course.Do(new CascadeStep.Relieve(successor.Role, successor.PersonId));

        if (course.Steps.Count > 0)
            Upkeep.Restore(course);
        foreach (var _ in account.Changes.Reverse().TakeWhile(c => c.At >= since && IsOver(course, c.Reason)))
            course.Do(new CascadeStep.Undo());
        return course.Steps;

        bool IsSuccessor(Accountable a) => a.Basis == AccountableBasis.Succession && a.AcceptedAt >= since;
    }

    private static bool IsSame(Accountable one, Accountable other) => one.Role == other.Role && one.PersonId == other.PersonId;

    // Whether the reason for which an account was shut is none any more.
    private static bool IsOver(Course course, StateReason reason) => reason switch
    {
        StateReason.LateRotation => course.Account.Duties.All(d => d.ClosedAt is not null || !d.DisablesWhenLate || (d.PersonId is { } person && !course.People[person].IsGone)),
        StateReason.Orphaned => course.Account.Orphan is null,
        StateReason.ContractEnding => course.Account.HandoverOf(AccountableRole.Sponsor) is null && course.Account.Orphan is null,
        _ => false,
    };
}
