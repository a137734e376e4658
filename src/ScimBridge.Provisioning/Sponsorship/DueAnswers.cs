namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Who was asked and has not answered in time is passed over. Silence is consent nowhere at criticality 1 and 2.</summary>
internal static class DueAnswers
{
    public static void Apply(Course course)
    {
        foreach (var handover in course.Account.Handovers)
        {
            if (handover.Asked is { } asked && handover.AnswerBy <= course.Now)
            {
                if (course.Policy.SilenceAccepts(course.Account.Criticality) && course.CanSucceed(asked.PersonId))
                    Answers.Take(course, handover.Role, asked.PersonId, bySilence: true);
                else
                    course.Do(new CascadeStep.MoveOn(handover.Role, asked.PersonId));
            }

            if (course.Account.HandoverOf(handover.Role) is { RestrictAt: { } at } open && at <= course.Now)
            {
                course.Do(new CascadeStep.SetHandover(open with { RestrictAt = null }));
                DueEnd.Restrict(course, StateReason.ContractEnding);
            }
        }
    }

    /// <summary>A mover who has kept the role for as long as they may has handed it over: what they knew is put on a deadline, whoever accepts later.</summary>
    public static void RotateAfterKeeping(Course course)
    {
        foreach (var handover in course.Account.Handovers)
        {
            if (handover is not { RotateWithin: { } within } || course.Account.Accountable.Any(a => a.Role == handover.Role && a.PersonId == handover.From))
                continue;
            course.Do(new CascadeStep.SetHandover(handover with { RotateWithin = null }));
            Exposure.Retire(course, handover.From, CredentialAction.RotateAfterTransfer, within);
        }
    }
}
