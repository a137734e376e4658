using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>The clock of the orphan queue: somebody looks within a day, and it comes to an end within a month.</summary>
internal static class DueOrphan
{
    public static void Apply(Course course)
    {
        if (course.Account.ScreamTestUntil <= course.Now && course.Account.Use is AccountUse.InUse or AccountUse.Restricted)
        {
            Scream(course);
            return;
        }

        if (course.Account.Orphan is { TriageEscalatedAt: null } waiting && waiting.TriageBy <= course.Now)
            course.Do(new CascadeStep.Escalate(EscalationSubject.OrphanTriage));
        if (course.Account.Orphan is not { EndedAt: null } orphan || orphan.EndBy > course.Now)
            return;
        var cell = CascadeTable.Find(CascadeEvent.OrphanEndDue, course.Account.Kind, course.Account.Criticality, course.Policy);
        if (cell.Accountability == AccountabilityAction.ScreamTest && !course.Account.IsExempt(course.Now)
            && course.Account.Use is AccountUse.InUse or AccountUse.Restricted)
        {
            course.Do(new CascadeStep.CheckUse(StateReason.Orphaned));
            course.Do(ScreamTest(course));
        }
        else
        {
            course.Do(new CascadeStep.CheckUse(StateReason.Orphaned));
            course.Do(new CascadeStep.Escalate(EscalationSubject.OrphanEnd));
        }
    }

    /// <summary>A scream test at the next time of it.</summary>
    public static CascadeStep.ScreamTest ScreamTest(Course course)
    {
        var from = OffPeak(course);
        return new(from, from + course.Policy.ScreamTest);
    }

    private static void Scream(Course course)
    {
        // Whoever screamed has been found, or has accepted it: then it is no orphan, and goes on.
        if (course.Account.Orphan is null || course.Account.IsExempt(course.Now))
            return;
        course.Do(new CascadeStep.Disable(StateReason.Orphaned));
        Exposure.RevokeAll(course);
    }

    private static Instant OffPeak(Course course)
    {
        var today = course.Now.InUtc().Date.At(course.Policy.OffPeak).InUtc().ToInstant();
        return today >= course.Now ? today : today + Duration.FromDays(1);
    }
}
