namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>An end that was known is none any more: who was asked is asked no longer. What somebody has accepted stays theirs.</summary>
internal sealed class NoticeWithdrawnRule : ICascadeRule
{
    public void Apply(Course course, PersonEvent happened, CascadeCell cell)
    {
        foreach (var handover in course.Account.Handovers.Where(h => h.From == happened.PersonId).ToList())
        {
            if (!Coverage.Settled(course, handover.Role).Contains(happened.PersonId))
                continue;
            course.Do(new CascadeStep.EndHandover(handover.Role));
            if (handover.Role == AccountableRole.Sponsor && course.Account is { Use: AccountUse.Restricted, Changes: [.., { Reason: StateReason.ContractEnding }] })
                course.Do(new CascadeStep.Undo());
        }

        Upkeep.Restore(course);
    }
}
