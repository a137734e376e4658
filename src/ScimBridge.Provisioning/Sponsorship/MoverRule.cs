namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// Another team: a successor is asked, and the mover keeps the role until one has accepted, for one answer's time at most. What they lose the
/// right to know is exchanged after the transfer, so that the old and the new owner do it together.
/// </summary>
internal sealed class MoverRule : ICascadeRule
{
    public void Apply(Course course, PersonEvent happened, CascadeCell cell)
    {
        var mover = happened.PersonId;
        var rotates = course.Account.IsPrivileged || happened.LeavesDepartment ? cell.RotateWithin : null;
        var isKept = false;
        foreach (var role in Coverage.Roles.Where(r => Coverage.Settled(course, r).Contains(mover)))
        {
            var begun = Upkeep.Begin(course, new Handover(role, mover, course.ManagerOf(mover), course.Now)
            {
                KeptUntil = course.Now + cell.Within, RotateWithin = rotates,
            });
            isKept |= begun;
            // Others hold the role, or are on the way to: there is nothing to wait for.
            if (!begun && course.Account.HandoverOf(role)?.From != mover && course.Account.Orphan?.Roles.Contains(role) != true)
                course.Do(new CascadeStep.Relieve(role, mover));
        }

        if (!isKept && rotates is not null)
            Exposure.Retire(course, mover, cell.Credentials, rotates);
        Upkeep.Restore(course);
    }
}
