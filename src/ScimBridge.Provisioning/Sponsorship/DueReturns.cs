namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// Standing in ends by itself: when nobody confirmed a return in time, and when a leave is over. A leave that lasts longer than was expected
/// is stood in for as long as it lasts.
/// </summary>
internal static class DueReturns
{
    public static void Apply(Course course)
    {
        foreach (var acting in course.Account.Accountable.Where(a => a.Basis == AccountableBasis.Acting))
        {
            if (acting.ReturnBy <= course.Now)
            {
                course.Do(new CascadeStep.EndActing(acting.Role, acting.PersonId));
                course.Do(new CascadeStep.Escalate(EscalationSubject.UnconfirmedReturn));
                course.Do(new CascadeStep.Attest(course.Now + course.Policy.AttestMoverWithin));
            }
            else if (acting.ExpiresAt <= course.Now)
            {
                var away = course.People[acting.ActingFor!];
                if (away.IsAway && course.IsPresent(acting.PersonId))
                    course.Do(new CascadeStep.SetActing(acting.Role, acting.PersonId, away.Id, Substitute.Until(course, away.Id)));
                else
                    course.Do(new CascadeStep.EndActing(acting.Role, acting.PersonId));
            }
        }
    }
}
