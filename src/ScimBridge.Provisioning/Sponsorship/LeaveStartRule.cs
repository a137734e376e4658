namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// A leave begins that is long enough: a co-sponsor stands in, or the manager, until the expected return. The role stays with who is away.
/// </summary>
internal sealed class LeaveStartRule : ICascadeRule
{
    public void Apply(Course course, PersonEvent happened, CascadeCell cell)
    {
        var person = course.People[happened.PersonId];
        if (!person.IsAway)
            return;
        foreach (var role in Coverage.Roles)
        {
            if (Coverage.Settled(course, role).Contains(person.Id) && !IsStoodIn(course, role, person.Id))
                Substitute.Find(course, role, person.Id);
        }

        Exposure.Retire(course, person.Id, cell.Credentials, cell.RotateWithin);
        Upkeep.Restore(course);
    }

    private static bool IsStoodIn(Course course, AccountableRole role, string away) =>
        course.Account.Accountable.Any(a => a.Role == role && a.ActingFor == away)
        || Coverage.Suffices(Coverage.Present(course, role), Coverage.Present(course, Coverage.Other(role)), course.Account.Criticality, course.Policy.MinimumHolders);
}
