namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// Access has ended: what the leaver knew is put on a deadline first, since ownership ends and knowledge does not; then somebody holds the
/// roles at once, and a successor is asked.
/// </summary>
internal sealed class LeaverRule : ICascadeRule
{
    public void Apply(Course course, PersonEvent happened, CascadeCell cell)
    {
        if (cell.ListsChildren && course.Account is { Children.Count: > 0 } account && account.CreatedBy == happened.PersonId)
            course.Do(new CascadeStep.ListChildren(account.Children));
        Exposure.Retire(course, happened.PersonId, cell.Credentials, cell.RotateWithin);
        Upkeep.Restore(course);
    }
}
