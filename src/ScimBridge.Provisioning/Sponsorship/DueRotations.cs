namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// A credential that was not taken out of use in time: the account is disabled where that is what is left, and where it is not, somebody
/// answers by name for what nobody can see.
/// </summary>
internal static class DueRotations
{
    public static void Apply(Course course)
    {
        foreach (var duty in course.Account.Duties.Where(d => d is { ClosedAt: null, EscalatedAt: null } && d.DueAt <= course.Now))
        {
            course.Do(new CascadeStep.Escalate(EscalationSubject.LateRotation, duty.KeyId));
            var canStop = course.Account.Use is AccountUse.InUse or AccountUse.Restricted && !course.Account.IsExempt(course.Now);
            var credential = course.Account.Credentials.FirstOrDefault(c => c.KeyId == duty.KeyId);
            if (duty.DisablesWhenLate && canStop)
                course.Do(new CascadeStep.Disable(StateReason.LateRotation));
            else if (credential is { IsSettled: false, Risk: null } && credential.Retirement != Retirement.Rotate)
                course.Do(new CascadeStep.Unverifiable(duty.KeyId, Upkeep.RiskOwner(course)));
        }
    }
}
