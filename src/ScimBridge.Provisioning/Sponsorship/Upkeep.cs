namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// Brings a role back to what has to be true of it, from whatever has happened: level, not edge. Events that come late, twice, in a batch or
/// in another order end up with the same people. What comes is put before what goes: a target may refuse to be without a sponsor for a moment
/// (Entra ID agent identities).
/// </summary>
internal static class Upkeep
{
    /// <summary>Both roles, and the co-sponsors.</summary>
    public static void Restore(Course course)
    {
        foreach (var role in Coverage.Roles)
            Restore(course, role);
        foreach (var second in Over(course, AccountableRole.CoSponsor))
            course.Do(new CascadeStep.Relieve(second.Role, second.PersonId));
        foreach (var credential in course.Account.Credentials.Where(c => c.Risk?.OwnerId is { } owner && !course.CanAnswer(owner)).ToList())
            course.Do(new CascadeStep.Unverifiable(credential.KeyId, RiskOwner(course)));
        Exposure.RetireForgotten(course);
    }

    /// <summary>Who answers for what nobody can see: the sponsor who is here; null for the duty group.</summary>
    public static string? RiskOwner(Course course) => Coverage.Present(course, AccountableRole.Sponsor).FirstOrDefault();

    /// <summary>Whether a role that somebody holds comes to its end now.</summary>
    public static bool IsOver(Course course, Accountable held)
    {
        if (!course.CanAnswer(held.PersonId))
            return true;
        if (held.IsSettled)
            return course.Account.HandoverOf(held.Role) is { KeptUntil: { } until } h && h.From == held.PersonId && until <= course.Now;
        // Nobody stands in who is away themselves, or for somebody who does not come back.
        return course.People[held.PersonId].IsAway || (held.ActingFor is { } away && !course.CanAnswer(away));
    }

    /// <summary>Begins a succession to whoever goes, unless enough others hold the role or one is under way. Whether it did.</summary>
    public static bool Begin(Course course, Handover handover)
    {
        if (course.Account.HandoverOf(handover.Role) is not null || course.Account.Orphan?.Roles.Contains(handover.Role) == true
            || IsEnough(course, handover.Role, without: handover.From))
        {
            return false;
        }

        course.Do(new CascadeStep.SetHandover(handover));
        return true;
    }

    private static void Restore(Course course, AccountableRole role)
    {
        var over = Over(course, role);
        var from = over.OrderByDescending(a => a.IsSettled).FirstOrDefault()?.PersonId;
        if (IsEnough(course, role, course.Account.HandoverOf(role) is { IsAddition: false } under ? under.From : null))
        {
            if (course.Account.HandoverOf(role) is not null || course.Account.Orphan?.Roles.Contains(role) == true)
                course.Do(new CascadeStep.EndHandover(role));
        }
        else
        {
            Ask(course, role, from);
        }

        foreach (var standIn in over.Where(a => a.ActingFor is { } away && course.CanAnswer(away) && course.People[away].IsAway))
            Substitute.Find(course, role, standIn.ActingFor!);
        Cover(course, role, from);
        foreach (var held in over.Where(course.Account.Accountable.Contains))
        {
            course.Do(held.Basis == AccountableBasis.Acting ? new CascadeStep.EndActing(role, held.PersonId) : new CascadeStep.Relieve(role, held.PersonId));
        }

        // Who held it meanwhile is thanked when it is held as it should be.
        if (course.Account.HandoverOf(role) is null && course.Account.Orphan?.Roles.Contains(role) != true && IsEnough(course, role, without: null))
            EndProvisional(course, role);
    }

    private static void Ask(Course course, AccountableRole role, string? from)
    {
        if (course.Account.Orphan?.Roles.Contains(role) == true)
            return;
        if (course.Account.HandoverOf(role) is null)
        {
            // Nobody goes, and it is not enough: somebody is added, beginning from those who answer already.
            var begin = from ?? Holders(course, role).Concat(Holders(course, Coverage.Other(role))).FirstOrDefault();
            if (begin is null)
            {
                course.Do(Orphaned(course, role));
                return;
            }

            course.Do(new CascadeStep.SetHandover(
                new Handover(role, begin, course.ManagerOf(begin), course.Now) { IsAddition = from is null }));
        }

        var handover = course.Account.HandoverOf(role)!;
        if (handover.Asked is { } asked)
        {
            if (course.CanSucceed(asked.PersonId))
                return;
            course.Do(new CascadeStep.MoveOn(role, asked.PersonId));
            handover = course.Account.HandoverOf(role)!;
        }

        course.Do(Succession.Next(course.Account, handover, course.People, course.Policy, course.Now) is { } next
            ? new CascadeStep.AskSuccessor(role, next, course.Now + course.Timers.AnswerWithin)
            : Orphaned(course, role));
    }

    private static void Cover(Course course, AccountableRole role, string? from)
    {
        if (Coverage.Suffices(
            Coverage.Present(course, role), Coverage.Present(course, Coverage.Other(role)), course.Account.Criticality, minimum: 1))
        {
            return;
        }

        var handover = course.Account.HandoverOf(role);
        if ((handover?.From ?? from ?? Holders(course, role).Concat(Holders(course, Coverage.Other(role))).FirstOrDefault()) is not { } before)
            return;
        var meanwhile = Succession.Meanwhile(
            course.Account, handover ?? new Handover(role, before, course.ManagerOf(before), course.Now), course.People, course.Policy, course.Now);
        if (meanwhile is not null)
            course.Do(new CascadeStep.AssignProvisional(role, meanwhile.PersonId));
        else if (course.Account.Orphan?.Roles.Contains(role) != true)
            course.Do(Orphaned(course, role));
    }

    private static void EndProvisional(Course course, AccountableRole role)
    {
        foreach (var held in course.Account.Accountable.Where(a => a.Role == role && a.Basis == AccountableBasis.Provisional).ToList())
        {
            var without = Coverage.Present(course, role);
            without.Remove(held.PersonId);
            if (Coverage.Suffices(without, Coverage.Present(course, Coverage.Other(role)), course.Account.Criticality, minimum: 1))
                course.Do(new CascadeStep.Relieve(role, held.PersonId));
        }
    }

    private static bool IsEnough(Course course, AccountableRole role, string? without) => Coverage.Suffices(
        Coverage.Settled(course, role, without), Coverage.Settled(course, Coverage.Other(role)), course.Account.Criticality, course.Policy.MinimumHolders);

    private static IEnumerable<string> Holders(Course course, AccountableRole role) =>
        course.Account.Accountable.Where(a => a.Role == role).Select(a => a.PersonId);

    private static List<Accountable> Over(Course course, AccountableRole role) =>
        [.. course.Account.Accountable.Where(a => a.Role == role && IsOver(course, a))];

    private static CascadeStep.PutOnOrphanQueue Orphaned(Course course, AccountableRole role) =>
        new(role, course.Now + course.Policy.OrphanTriage, course.Now + course.Policy.OrphanEnd);
}
