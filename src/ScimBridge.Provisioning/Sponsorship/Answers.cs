using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What comes of what people say. An answer that nobody waits for, or of somebody who may not give it, gives no steps.</summary>
public static class Answers
{
    /// <summary>Somebody accepts a role: who was asked, or, for an account on the orphan queue, whom the duty group has found.</summary>
    public static IReadOnlyList<CascadeStep> Accept(
        ServiceAccount account, AccountableRole role, string personId, People people, SuccessionPolicy policy, Instant now)
    {
        var course = Begin(account, people, policy, now);
        var mayAccept = course.CanSucceed(personId) && (account.HandoverOf(role)?.Asked?.PersonId == personId
            || (account.Orphan?.Roles.Contains(role) == true && !HoldsOther(account, role, personId)));
        if (!mayAccept)
            return [];
        Take(course, role, personId, bySilence: false);
        Upkeep.Restore(course);
        return course.Steps;
    }

    /// <summary>Somebody accepts a role that those who run the account have given them; the account is the same where nobody waits for that.</summary>
    public static ServiceAccount AcceptNamed(ServiceAccount account, AccountableRole role, string personId, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        var waits = account.Accountable.Where(a => a is { Basis: AccountableBasis.Assigned, AcceptedAt: null } && a.Role == role && a.PersonId == personId).ToHashSet();
        return waits.Count == 0 ? account : account with
        {
            Accountable = [.. account.Accountable.Select(a => waits.Contains(a) ? a with { AcceptedAt = now } : a)],
        };
    }

    /// <summary>Who was asked declines.</summary>
    public static IReadOnlyList<CascadeStep> Decline(
        ServiceAccount account, AccountableRole role, string personId, People people, SuccessionPolicy policy, Instant now)
    {
        var course = Begin(account, people, policy, now);
        if (course.Account.HandoverOf(role)?.Asked?.PersonId != personId)
            return [];
        course.Do(new CascadeStep.MoveOn(role, personId));
        Upkeep.Restore(course);
        return course.Steps;
    }

    /// <summary>Who was away, or who stood in for them, confirms the return; when both have, standing in ends.</summary>
    public static IReadOnlyList<CascadeStep> ConfirmReturn(ServiceAccount account, string personId, People people, SuccessionPolicy policy, Instant now)
    {
        var course = Begin(account, people, policy, now);
        var waiting = account.Accountable.Where(a =>
            a.ReturnBy is not null && (a.PersonId == personId || a.ActingFor == personId) && !a.Confirmed.Contains(personId));
        foreach (var acting in waiting)
        {
            course.Do(new CascadeStep.ConfirmReturn(acting.Role, acting.PersonId, personId));
            if (acting.Confirmed.Count > 0)
                course.Do(new CascadeStep.EndActing(acting.Role, acting.PersonId));
        }

        if (course.Steps.Count > 0)
            Upkeep.Restore(course);
        return course.Steps;
    }

    /// <summary>Somebody who answers for an account confirms that it is needed. What was restricted for want of that goes back to use.</summary>
    public static IReadOnlyList<CascadeStep> Attest(ServiceAccount account, string personId, People people, SuccessionPolicy policy, Instant now)
    {
        var course = Begin(account, people, policy, now);
        if (!account.Accountable.Any(a => a.PersonId == personId && a.Role != AccountableRole.CoSponsor) || !course.IsPresent(personId))
            return [];
        course.Do(new CascadeStep.Attested(personId));
        if (course.Account is { Use: AccountUse.Restricted, Changes: [.., { Reason: StateReason.AttestationOverdue or StateReason.Inactive }] })
            course.Do(new CascadeStep.Undo());
        return course.Steps;
    }

    /// <summary>
    /// Somebody who answers for an account takes back its last change, and the time until the next one begins anew. What was disabled because of a secret
    /// that somebody who has left knew is not enabled before that secret is proven to be gone, and what has expired not before its end is a later one.
    /// Credentials that were ended do not come back.
    /// </summary>
    public static IReadOnlyList<CascadeStep> Undo(ServiceAccount account, string personId, People people, SuccessionPolicy policy, Instant now)
    {
        var course = Begin(account, people, policy, now);
        var mayUndo = course.IsPresent(personId) && account.Changes is [.., var last]
            && account.Accountable.Any(a => a.PersonId == personId && a.Role != AccountableRole.CoSponsor)
            && (last.Reason != StateReason.LateRotation || account.Duties.All(d => d.ClosedAt is not null || !d.DisablesWhenLate))
            && (last is not { From: AccountUse.InUse, Reason: StateReason.Expired } || !(account.ExpiresAt <= now));
        if (!mayUndo)
            return [];
        // Whoever wants it to work says that it is needed.
        if (account.Changes[^1] is { From: AccountUse.InUse, Reason: StateReason.AttestationOverdue or StateReason.Inactive })
            course.Do(new CascadeStep.Attested(personId));
        course.Do(new CascadeStep.Undo());
        return course.Steps;
    }

    /// <summary>Two people adopt what was found at a target; at criticality 3 and 4 one may do for both.</summary>
    public static IReadOnlyList<CascadeStep> Adopt(
        ServiceAccount account, string sponsorId, string ownerId, People people, SuccessionPolicy policy, Instant now)
    {
        var course = Begin(account, people, policy, now);
        var mayAdopt = account.Use == AccountUse.Proposed && course.CanSucceed(sponsorId) && course.CanSucceed(ownerId)
            && (sponsorId != ownerId || !CascadeTable.IsCritical(account.Criticality));
        if (!mayAdopt)
            return [];
        course.Do(new CascadeStep.Adopt());
        course.Do(new CascadeStep.Accept(AccountableRole.Sponsor, sponsorId));
        course.Do(new CascadeStep.Accept(AccountableRole.TechnicalOwner, ownerId));
        Upkeep.Restore(course);
        return course.Steps;
    }

    /// <summary>The role goes over, and what the one before may not know any more is put on a deadline.</summary>
    internal static void Take(Course course, AccountableRole role, string personId, bool bySilence)
    {
        var handover = course.Account.HandoverOf(role);
        course.Do(new CascadeStep.Accept(role, personId, bySilence));
        if (handover is { RotateWithin: { } within })
            Exposure.Retire(course, handover.From, CredentialAction.RotateAfterTransfer, within);
        if (role == AccountableRole.Sponsor && course.Account is { Use: AccountUse.Restricted, Changes: [.., { Reason: StateReason.ContractEnding }] })
            course.Do(new CascadeStep.Undo());
    }

    private static bool HoldsOther(ServiceAccount account, AccountableRole role, string personId) =>
        CascadeTable.IsCritical(account.Criticality) && account.Accountable.Any(a => a.Role == Coverage.Other(role) && a.PersonId == personId);

    private static Course Begin(ServiceAccount account, People people, SuccessionPolicy policy, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(policy);
        return new Course(account, people, policy, now);
    }
}
