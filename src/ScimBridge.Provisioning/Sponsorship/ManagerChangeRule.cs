namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Another manager: whoever is accountable is told who would be asked after them. Nothing is disabled and nobody replaced.</summary>
internal sealed class ManagerChangeRule : ICascadeRule
{
    public void Apply(Course course, PersonEvent happened, CascadeCell cell)
    {
        if (course.Account.Accountable.Any(a => a.PersonId == happened.PersonId))
            course.Do(new CascadeStep.Notify(happened.PersonId, cell.Reason));
    }
}
