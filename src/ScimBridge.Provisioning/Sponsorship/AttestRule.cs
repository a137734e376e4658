namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Another job in the same team: whoever is accountable says that the account is still needed, and still theirs.</summary>
internal sealed class AttestRule : ICascadeRule
{
    public void Apply(Course course, PersonEvent happened, CascadeCell cell)
    {
        if (course.Account.Accountable.Any(a => a.PersonId == happened.PersonId && a.IsSettled))
            course.Do(new CascadeStep.Attest(course.Now + cell.Within!.Value));
    }
}
