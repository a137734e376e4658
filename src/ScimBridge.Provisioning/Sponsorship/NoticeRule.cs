namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// An end of access is known: the succession begins while the leaver can still explain what the account does. Where nobody but an external
/// sponsors it, it is restricted a while before the contract ends unless somebody within the organisation has accepted.
/// </summary>
internal sealed class NoticeRule : ICascadeRule
{
    public void Apply(Course course, PersonEvent happened, CascadeCell cell)
    {
        foreach (var role in Coverage.Roles.Where(r => Coverage.Settled(course, r).Contains(happened.PersonId)))
        {
            var restricts = role == AccountableRole.Sponsor && cell.Accountability == AccountabilityAction.SucceedOrRestrict
                && Coverage.Settled(course, role).Count == 1 && course.People[happened.PersonId].IsExternal;
            Upkeep.Begin(course, new Handover(role, happened.PersonId, course.ManagerOf(happened.PersonId), course.Now)
            {
                RestrictAt = restricts ? course.People[happened.PersonId].LeavesAt - cell.Within : null,
            });
        }

        Exposure.Retire(course, happened.PersonId, cell.Credentials, cell.RotateWithin);
        Upkeep.Restore(course);
    }
}
