using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Decides what becomes of a service account when something happens to a person who answers for it, or knows it.</summary>
public static class Cascade
{
    private static readonly AttestRule Attest = new();
    private static readonly MoverRule Mover = new();
    private static readonly ManagerChangeRule ManagerChange = new();
    private static readonly LeaveStartRule LeaveStart = new();
    private static readonly LeaveEndRule LeaveEnd = new();
    private static readonly NoticeRule Notice = new();
    private static readonly NoticeWithdrawnRule NoticeWithdrawn = new();
    private static readonly LeaverRule Leaver = new();
    private static readonly RehireRule Rehire = new();

    /// <summary>The steps, in the order in which they are to be taken; none where it is not the account's matter.</summary>
    /// <param name="account">The account.</param>
    /// <param name="happened">What happened, to whom.</param>
    /// <param name="people">Everybody as of the event, with all of a batch applied.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="now">The instant of the decision.</param>
    /// <exception cref="ArgumentOutOfRangeException">The event does not happen to people.</exception>
    public static IReadOnlyList<CascadeStep> Of(
        ServiceAccount account, PersonEvent happened, People people, SuccessionPolicy policy, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(happened);
        ArgumentNullException.ThrowIfNull(people);
        ArgumentNullException.ThrowIfNull(policy);
        var rule = RuleOf(happened.Type);
        // What nobody has adopted has nobody to lose; what is deleted has nothing left to lose.
        if (account.Use is AccountUse.Proposed or AccountUse.Deleted || !Concerns(account, happened.PersonId))
            return [];
        var course = new Course(account, people, policy, now, happened);
        rule.Apply(course, happened, CascadeTable.Find(happened.Type, account.Kind, account.Criticality, policy));
        return course.Steps;
    }

    /// <summary>Whether an account is the matter of a person: they answer for it, are asked to, hand it over, made it, or know a credential.</summary>
    public static bool Concerns(ServiceAccount account, string personId)
    {
        ArgumentNullException.ThrowIfNull(account);
        return account.CreatedBy == personId
            || account.Accountable.Any(a => a.PersonId == personId || a.ActingFor == personId)
            || account.Handovers.Any(h => h.From == personId || h.Asked?.PersonId == personId)
            || account.Credentials.Any(c => c.Risk?.OwnerId == personId || account.Knowers(c).Contains(personId));
    }

#pragma warning disable CS8524 // A number that has no name is none of these: only a name that is missing here is to fail the build.
    private static ICascadeRule RuleOf(CascadeEvent happened) => happened switch
    {
        CascadeEvent.MovedWithinTeam => Attest,
        CascadeEvent.Moved => Mover,
        CascadeEvent.ManagerChanged => ManagerChange,
        CascadeEvent.LeaveStarted => LeaveStart,
        CascadeEvent.LeaveEnded => LeaveEnd,
        CascadeEvent.TerminationScheduled or CascadeEvent.ContractEnding => Notice,
        CascadeEvent.TerminationCancelled => NoticeWithdrawn,
        CascadeEvent.TerminationEffective or CascadeEvent.TerminatedForCause or CascadeEvent.ContractEnded => Leaver,
        CascadeEvent.Rehired => Rehire,
        CascadeEvent.AccountExpired or CascadeEvent.AccountInactive or CascadeEvent.AttestationOverdue or CascadeEvent.OrphanTriageOverdue
            or CascadeEvent.OrphanEndDue => throw new ArgumentOutOfRangeException(nameof(happened), happened, "It happens to an account: see Duties."),
    };
#pragma warning restore CS8524
}
