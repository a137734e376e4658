using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// The end of an account that is over, unused, or confirmed by nobody: restricted, disabled, deleted, with time between in which every step
/// can be undone. What is exempt, and at criticality 1 and 2 what is still in use, is shown to somebody instead; what is still in use at 3 and 4 is out
/// of use for an hour first, so that whoever needs it is heard.
/// </summary>
internal static class DueEnd
{
    public static void Apply(Course course)
    {
        var account = course.Account;
        switch (account.Use)
        {
            case AccountUse.InUse when ReasonOf(account, course.Policy, course.Now) is { } reason:
                Restrict(course, reason);
                break;
            case AccountUse.InUse when account is { AttestBy: null, AttestedAt: { } last } && last + course.Policy.AttestEvery <= course.Now:
                course.Do(new CascadeStep.Attest(course.Now + course.Policy.AttestMoverWithin));
                break;
            case AccountUse.Restricted when DisableAt(account, course.Policy) <= course.Now:
                Disable(course);
                break;
            case AccountUse.Disabled when ScheduleAt(account, course.Policy) <= course.Now:
                course.Do(new CascadeStep.ScheduleDeletion(course.Now + course.Policy.DeletionNotice));
                break;
            case AccountUse.ScheduledDelete when account.DeleteAt <= course.Now && !account.IsExempt(course.Now):
                course.Do(new CascadeStep.Delete());
                break;
            default:
                break;
        }
    }

    /// <summary>Restricts an account that is in use; where it is exempt, somebody is told once instead.</summary>
    public static void Restrict(Course course, StateReason reason)
    {
        if (course.Account.Use != AccountUse.InUse)
            return;
        if (course.Account.IsExempt(course.Now))
        {
            Blocked(course);
            return;
        }

        course.Do(new CascadeStep.Restrict(reason));
        course.Do(new CascadeStep.CheckUse(reason));
    }

    /// <summary>When an account comes to its next step of the end.</summary>
    public static IEnumerable<Instant?> Times(ServiceAccount account, SuccessionPolicy policy) =>
    [
        account.AttestBy, account.ExpiresAt, account.AttestedAt + policy.AttestEvery, IdleAt(account, policy), DisableAt(account, policy),
        ScheduleAt(account, policy), account.DeleteAt, account.Exemption?.Until,
    ];

    private static StateReason? ReasonOf(ServiceAccount account, SuccessionPolicy policy, Instant now) => account switch
    {
        { ExpiresAt: { } end } when end <= now => StateReason.Expired,
        { AttestBy: { } by } when by <= now => StateReason.AttestationOverdue,
        _ when IdleAt(account, policy) <= now => StateReason.Inactive,
        _ => null,
    };

    private static void Disable(Course course)
    {
        var account = course.Account;
        var last = account.Changes[^1];
        var isUsed = account.LastUsedAt >= last.At;
        if ((isUsed && CascadeTable.IsCritical(account.Criticality)) || account.IsExempt(course.Now))
        {
            Blocked(course);
            return;
        }

        if (isUsed && account.ScreamTestUntil is null)
        {
            course.Do(DueOrphan.ScreamTest(course));
            return;
        }

        if (account.ScreamTestUntil > course.Now)
            return;
        course.Do(new CascadeStep.Disable(last.Reason));
        Exposure.RevokeAll(course);
    }

    private static void Blocked(Course course)
    {
        if (course.Account.BlockedAt is null)
            course.Do(new CascadeStep.Escalate(EscalationSubject.Blocked));
    }

    // What was confirmed since is needed, used or not.
    private static Instant? IdleAt(ServiceAccount account, SuccessionPolicy policy) =>
        account.LastUsedAt is not { } used ? null : (account.AttestedAt is { } said && said > used ? said : used) + policy.InactiveAfter;

    internal static Instant? DisableAt(ServiceAccount account, SuccessionPolicy policy) =>
        account is { Use: AccountUse.Restricted, Changes: [.., var last] } ? last.At + policy.DisableAfter : null;

    // What was disabled because a secret was not exchanged in time has people who answer for it: it waits for them.
    private static Instant? ScheduleAt(ServiceAccount account, SuccessionPolicy policy) =>
        account is { Use: AccountUse.Disabled, Changes: [.., { Reason: not StateReason.LateRotation } last] }
            ? last.At + policy.DeleteAfter - policy.DeletionNotice
            : null;
}
