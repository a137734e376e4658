namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Back from leave: whoever stood in goes on until both have confirmed. What was rotated stays rotated.</summary>
internal sealed class LeaveEndRule : ICascadeRule
{
    public void Apply(Course course, PersonEvent happened, CascadeCell cell)
    {
        foreach (var acting in course.Account.Accountable.Where(a => a.ActingFor == happened.PersonId && a.ReturnBy is null).ToList())
            course.Do(new CascadeStep.AskReturn(acting.Role, acting.PersonId, course.Now + cell.Within!.Value));
        Upkeep.Restore(course);
    }
}
