using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Which timers of an account have fired, and what comes of it. Asked again right away it answers with nothing.</summary>
public static class Duties
{
    /// <summary>The steps that are due; none where nothing is.</summary>
    public static IReadOnlyList<CascadeStep> Due(ServiceAccount account, People people, SuccessionPolicy policy, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(policy);
        if (account.Use is AccountUse.Proposed or AccountUse.Deleted)
            return [];
        var course = new Course(account, people, policy, now);
        DueAnswers.Apply(course);
        DueReturns.Apply(course);
        Upkeep.Restore(course);
        DueAnswers.RotateAfterKeeping(course);
        DueRotations.Apply(course);
        DueOrphan.Apply(course);
        DueEnd.Apply(course);
        return course.Steps;
    }

    /// <summary>When to ask next, if nothing happens until then; null for never.</summary>
    public static Instant? NextAt(ServiceAccount account, People people, SuccessionPolicy policy, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(policy);
        if (account.Use is AccountUse.Proposed or AccountUse.Deleted)
            return null;
        var handovers = account.Handovers.SelectMany(h => new[] { h.AnswerBy, h.KeptUntil, h.RestrictAt });
        var held = account.Accountable.SelectMany(a => new[] { a.ExpiresAt, a.ReturnBy, people[a.PersonId].LeavesAt - policy.LeaverGrace });
        var duties = account.Duties.Where(d => d is { ClosedAt: null, EscalatedAt: null }).Select(d => (Instant?)d.DueAt);
        Instant?[] own =
        [
            account.Orphan is { TriageEscalatedAt: null } waiting ? waiting.TriageBy : null, account.Orphan is { EndedAt: null } ending ? ending.EndBy : null,
            account.ScreamTestUntil, .. DueEnd.Times(account, policy),
        ];
        return handovers.Concat(held).Concat(duties).Concat(own).Where(t => t > now).Min();
    }
}
