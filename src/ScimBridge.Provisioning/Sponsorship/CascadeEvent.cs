namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What sets a cascade off; the rows of <see cref="CascadeTable"/>. The first happen to a person, the last to an account.</summary>
public enum CascadeEvent
{
    /// <summary>Another job in the same team.</summary>
    MovedWithinTeam = 0,

    /// <summary>Another team, department, cost centre or role.</summary>
    Moved,

    /// <summary>Another manager, and nothing else.</summary>
    ManagerChanged,

    /// <summary>A leave begins.</summary>
    LeaveStarted,

    /// <summary>A leave ends.</summary>
    LeaveEnded,

    /// <summary>An end of access is known, and not confidential.</summary>
    TerminationScheduled,

    /// <summary>An end that was known is none any more; or a contract goes on.</summary>
    TerminationCancelled,

    /// <summary>Access has ended.</summary>
    TerminationEffective,

    /// <summary>Access has ended for cause, or against the person's will.</summary>
    TerminatedForCause,

    /// <summary>The end of a contract comes near.</summary>
    ContractEnding,

    /// <summary>A contract has ended.</summary>
    ContractEnded,

    /// <summary>Back after an end.</summary>
    Rehired,

    /// <summary>The account's time is over.</summary>
    AccountExpired,

    /// <summary>Nobody has used the account for long.</summary>
    AccountInactive,

    /// <summary>Nobody confirmed in time that the account is needed.</summary>
    AttestationOverdue,

    /// <summary>Nobody looked at an orphan in time.</summary>
    OrphanTriageOverdue,

    /// <summary>An orphan's time is over.</summary>
    OrphanEndDue,
}
