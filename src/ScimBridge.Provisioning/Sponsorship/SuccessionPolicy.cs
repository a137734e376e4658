using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>What the organisation does about the service accounts of those who move, leave or are away. As it comes it is the policy of those who chose nothing.</summary>
public sealed record SuccessionPolicy
{
    /// <summary>The policy of those who chose nothing.</summary>
    public static SuccessionPolicy Default { get; } = new();

    /// <summary>The timers by criticality.</summary>
    public IReadOnlyDictionary<Criticality, CriticalityPolicy> ByCriticality { get; init; } = new Dictionary<Criticality, CriticalityPolicy>
    {
        [Criticality.C1] = new(Duration.FromHours(4), Duration.FromHours(24), Duration.FromHours(1), Duration.FromDays(7)),
        [Criticality.C2] = new(Duration.FromDays(1), Duration.FromHours(72), Duration.FromHours(1), Duration.FromDays(7)),
        [Criticality.C3] = new(Duration.FromDays(3), Duration.FromDays(7), Duration.FromHours(24), Duration.FromDays(30)),
        [Criticality.C4] = new(Duration.FromDays(7), Duration.FromDays(30), Duration.FromHours(24), Duration.FromDays(30)),
    };

    /// <summary>How many managers up the chain goes.</summary>
    public int Depth { get; init; } = 5;

    /// <summary>How many people are to hold each of the two roles at least (Entra ID enforces a least number of sponsors alone).</summary>
    public int MinimumHolders { get; init; } = 1;

    /// <summary>How long before the end of access a leaver answers for nothing any more.</summary>
    public Duration LeaverGrace { get; init; } = Duration.FromDays(1);

    /// <summary>Whose end of access is known to be nearer than this is not asked to succeed anybody.</summary>
    public Duration FarAhead { get; init; } = Duration.FromDays(180);

    /// <summary>How long a leave has to be for somebody to stand in.</summary>
    public Duration ShortestLeave { get; init; } = Duration.FromDays(14);

    /// <summary>Until when after a leave the return is confirmed.</summary>
    public Duration ReturnWithin { get; init; } = Duration.FromDays(7);

    /// <summary>How long somebody stands in at a time where nobody knows how long the leave is.</summary>
    public Duration ActingAtATime { get; init; } = Duration.FromDays(90);

    /// <summary>Until when personal tokens and keys of a leaver are revoked.</summary>
    public Duration RevokePersonalWithin { get; init; } = Duration.FromMinutes(5);

    /// <summary>Until when the credentials of an account that is disabled for good are revoked.</summary>
    public Duration RevokeDisabledWithin { get; init; } = Duration.FromHours(24);

    /// <summary>Until when a mover confirms that the account is still needed.</summary>
    public Duration AttestMoverWithin { get; init; } = Duration.FromDays(14);

    /// <summary>How often a sponsor confirms that an account is still needed (Entra ID lets an agent's sponsor reconfirm after 30 to 730 days).</summary>
    public Duration AttestEvery { get; init; } = Duration.FromDays(180);

    /// <summary>How long an account may lie unused; null for ever.</summary>
    public Duration? InactiveAfter { get; init; } = Duration.FromDays(180);

    /// <summary>How long before the end of a contract an account with external sponsors alone is restricted.</summary>
    public Duration ContractEnding { get; init; } = Duration.FromDays(14);

    /// <summary>How long an account is restricted before it is disabled.</summary>
    public Duration DisableAfter { get; init; } = Duration.FromDays(14);

    /// <summary>How long an account is disabled before it is deleted.</summary>
    public Duration DeleteAfter { get; init; } = Duration.FromDays(30);

    /// <summary>How long before it is deleted an account stands on the schedule: the last time to say no.</summary>
    public Duration DeletionNotice { get; init; } = Duration.FromDays(7);

    /// <summary>Until when the duty group looks at an orphan.</summary>
    public Duration OrphanTriage { get; init; } = Duration.FromHours(24);

    /// <summary>When an orphan comes to its end state.</summary>
    public Duration OrphanEnd { get; init; } = Duration.FromDays(30);

    /// <summary>How long a scream test takes an account out of use.</summary>
    public Duration ScreamTest { get; init; } = Duration.FromHours(1);

    /// <summary>When scream tests begin, in UTC: off-peak.</summary>
    public LocalTime OffPeak { get; init; } = new(2, 0);

    /// <summary>The timers of a criticality.</summary>
    public CriticalityPolicy Of(Criticality criticality) => ByCriticality[criticality];

    /// <summary>Whether who does not answer in time has accepted.</summary>
    public bool SilenceAccepts(Criticality criticality) => criticality > Criticality.C2 && Of(criticality).SilenceAccepts;
}
