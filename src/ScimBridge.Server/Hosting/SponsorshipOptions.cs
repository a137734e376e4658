using System.ComponentModel;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Server.Hosting;

/// <summary>Service accounts: who answers for them, and what becomes of them when these people move, leave or are away.</summary>
public sealed class SponsorshipOptions
{
    private const double MostDays = 3660;

    /// <summary>Whether agent identities are shown as agents, too.</summary>
    [Description("Whether /scim/v2/Agents is offered (draft-wzdk-scim-agent-resource-00): a view of the accounts of kind agentIdentity.")]
    public bool Agents { get; set; }

    /// <summary>The timers by criticality.</summary>
    [Description("The timers by criticality, 1 to 4. What is left out is as usual: see CascadeTable.md.")]
    public Dictionary<string, CriticalityOptions> Criticality { get; set; } = [];

    /// <summary>How many managers up the chain goes.</summary>
    [Description("How many managers up the chain of succession goes.")]
    public int Depth { get; set; } = 5;

    /// <summary>How many people hold each role.</summary>
    [Description("How many technical owners, and how many sponsors, an account is to have at least.")]
    public int MinimumHolders { get; set; } = 1;

    /// <summary>How long before the end a leaver answers for nothing any more.</summary>
    [Description("Hours before the end of access from which on a leaver answers for nothing any more.")]
    public double LeaverGraceHours { get; set; } = 24;

    /// <summary>Who is not asked to succeed.</summary>
    [Description("Whose end of access is nearer than so many days is not asked to succeed anybody.")]
    public double FarAheadDays { get; set; } = 180;

    /// <summary>How long a leave is for somebody to stand in.</summary>
    [Description("Days from which on somebody stands in for who is on leave.")]
    public double ShortestLeaveDays { get; set; } = 14;

    /// <summary>Until when a return is confirmed.</summary>
    [Description("Days after a leave in which both confirm the return.")]
    public double ReturnDays { get; set; } = 7;

    /// <summary>How long somebody stands in at a time.</summary>
    [Description("Days for which somebody stands in at a time where nobody knows how long the leave is.")]
    public double ActingDays { get; set; } = 90;

    /// <summary>Until when personal tokens of a leaver are revoked.</summary>
    [Description("Minutes after the end of access in which personal tokens and keys are revoked.")]
    public double RevokePersonalMinutes { get; set; } = 5;

    /// <summary>Until when the credentials of a disabled account are revoked.</summary>
    [Description("Hours in which the credentials of an account are revoked that is disabled for good.")]
    public double RevokeDisabledHours { get; set; } = 24;

    /// <summary>Until when a mover confirms.</summary>
    [Description("Days for an answer to whether an account is still needed.")]
    public double AttestDays { get; set; } = 14;

    /// <summary>How often it is confirmed.</summary>
    [Description("Days after which somebody is asked again whether an account is still needed.")]
    public double AttestEveryDays { get; set; } = 180;

    /// <summary>How long an account may lie unused.</summary>
    [Description("Days for which an account may lie unused; null for ever.")]
    public double? InactiveDays { get; set; } = 180;

    /// <summary>When an account with external sponsors alone is restricted.</summary>
    [Description("Days before the end of the contract of its only sponsor in which an account is restricted.")]
    public double ContractEndingDays { get; set; } = 14;

    /// <summary>When somebody is sought before a contract ends.</summary>
    [Description("Days before the end of a contract from which on somebody within the organisation is sought.")]
    public double ContractNoticeDays { get; set; } = 45;

    /// <summary>How long an account is restricted before it is disabled.</summary>
    [Description("Days for which an account is restricted before it is disabled.")]
    public double DisableAfterDays { get; set; } = 14;

    /// <summary>How long an account is disabled before it is deleted.</summary>
    [Description("Days for which an account is disabled before it is deleted.")]
    public double DeleteAfterDays { get; set; } = 30;

    /// <summary>How long before it is deleted somebody is told.</summary>
    [Description("Days before the deletion in which it stands on the schedule.")]
    public double DeletionNoticeDays { get; set; } = 7;

    /// <summary>Until when the duty group looks at an orphan.</summary>
    [Description("Hours in which the duty group looks at an account that nobody was found for.")]
    public double OrphanTriageHours { get; set; } = 24;

    /// <summary>When an orphan comes to its end.</summary>
    [Description("Days after which an account that nobody was found for comes to its end.")]
    public double OrphanEndDays { get; set; } = 30;

    /// <summary>How long a scream test lasts.</summary>
    [Description("Minutes for which a scream test takes an account out of use.")]
    public double ScreamTestMinutes { get; set; } = 60;

    /// <summary>When scream tests begin.</summary>
    [Description("When scream tests begin, in UTC: HH:mm.")]
    public string OffPeak { get; set; } = "02:00";

    /// <summary>Terminations of which nobody hears before.</summary>
    [Description("Types of termination of which nobody hears before they are effective.")]
    public List<TerminationType> Confidential { get; set; } = [TerminationType.Involuntary];

    /// <summary>Terminations without an overlap.</summary>
    [Description("Types of termination in which what the leaver knew is exchanged without an overlap.")]
    public List<TerminationType> ForCause { get; set; } = [TerminationType.Involuntary];

    /// <summary>Who answers for orphans.</summary>
    [Description("The name of the group that answers for accounts that nobody was found for.")]
    public string DutyGroup { get; set; } = "identity team";

    /// <summary>The owners of teams.</summary>
    [Description("User names of the owners of each team, the first first; by the displayName of the group.")]
    public Dictionary<string, List<string>> Teams { get; set; } = [];

    /// <summary>The owners of applications and departments.</summary>
    [Description("User names of the owners of each application or department, the first first; by the word that stands in the account.")]
    public Dictionary<string, List<string>> Applications { get; set; } = [];

    /// <summary>Who answers for the bridge's own credentials.</summary>
    [Description("Who answers for the credentials of the bridge itself, which stand in the inventory too.")]
    public BridgeAccountOptions Bridge { get; set; } = new();

    /// <summary>The policy of succession; of options without faults.</summary>
    internal SuccessionPolicy Succession() => SuccessionPolicy.Default with
    {
        ByCriticality = Enum.GetValues<Criticality>().ToDictionary(c => c, c => Of(c, Criticality.GetValueOrDefault(Key(c)))),
        Depth = Depth,
        MinimumHolders = MinimumHolders,
        LeaverGrace = Duration.FromHours(LeaverGraceHours),
        FarAhead = Duration.FromDays(FarAheadDays),
        ShortestLeave = Duration.FromDays(ShortestLeaveDays),
        ReturnWithin = Duration.FromDays(ReturnDays),
        ActingAtATime = Duration.FromDays(ActingDays),
        RevokePersonalWithin = Duration.FromMinutes(RevokePersonalMinutes),
        RevokeDisabledWithin = Duration.FromHours(RevokeDisabledHours),
        AttestMoverWithin = Duration.FromDays(AttestDays),
        AttestEvery = Duration.FromDays(AttestEveryDays),
        InactiveAfter = InactiveDays is { } idle ? Duration.FromDays(idle) : null,
        ContractEnding = Duration.FromDays(ContractEndingDays),
        DisableAfter = Duration.FromDays(DisableAfterDays),
        DeleteAfter = Duration.FromDays(DeleteAfterDays),
        DeletionNotice = Duration.FromDays(DeletionNoticeDays),
        OrphanTriage = Duration.FromHours(OrphanTriageHours),
        OrphanEnd = Duration.FromDays(OrphanEndDays),
        ScreamTest = Duration.FromMinutes(ScreamTestMinutes),
        OffPeak = LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(OffPeak).Value,
    };

    /// <summary>What is told of a coming end; of options without faults.</summary>
    internal NoticePolicy Notice() => new()
    {
        Confidential = Confidential.ToHashSet(), ForCause = ForCause.ToHashSet(), ContractNotice = Duration.FromDays(ContractNoticeDays),
    };

    /// <summary>Everything that is wrong with them.</summary>
    internal IEnumerable<ConfigurationFault> Faults()
    {
        foreach (var (name, own) in Criticality)
        {
            var at = StrictJson.Member(".criticality", name);
            if (name is not ("1" or "2" or "3" or "4"))
                yield return new(at, "must be 1, 2, 3 or 4.");
            foreach (var fault in own.Faults())
                yield return fault with { Path = at + fault.Path };
            if (own.SilenceAccepts && name is "1" or "2")
                yield return new(at + ".silenceAccepts", "nobody accepts by silence at criticality 1 and 2.");
        }

        if (Depth is < 0 or > 20)
            yield return new(".depth", "must be from 0 to 20.");
        if (MinimumHolders is < 1 or > 10)
            yield return new(".minimumHolders", "must be from 1 to 10.");
        foreach (var (name, value, most) in Times())
        {
            if (!(value > 0 && value <= most))
                yield return new(name, "must be more than 0, and ten years at most.");
        }

        if (LeaverGraceHours is not (>= 0 and <= 24 * 30))
            yield return new(".leaverGraceHours", "must be from 0 to 720.");
        if (DeletionNoticeDays >= DeleteAfterDays)
            yield return new(".deletionNoticeDays", "must be less than deleteAfterDays.");
        if (ContractNoticeDays < ContractEndingDays)
            yield return new(".contractNoticeDays", "must not be less than contractEndingDays.");
        if (!LocalTimePattern.CreateWithInvariantCulture("HH:mm").Parse(OffPeak).Success)
            yield return new(".offPeak", "must be a time such as 02:00.");
        if (string.IsNullOrWhiteSpace(DutyGroup))
            yield return new(".dutyGroup", "must name who answers for accounts that nobody was found for.");
        foreach (var (at, owners) in Teams.Select(t => (StrictJson.Member(".teams", t.Key), t.Value))
            .Concat(Applications.Select(a => (StrictJson.Member(".applications", a.Key), a.Value))))
        {
            if (owners.Count == 0 || owners.Exists(string.IsNullOrWhiteSpace))
                yield return new(at, "needs user names.");
        }

        if (Bridge.Owners.Concat(Bridge.Sponsors).Any(string.IsNullOrWhiteSpace))
            yield return new(".bridge", "a user name is empty.");
    }

    private IEnumerable<(string Name, double Value, double Most)> Times() =>
    [
        (".farAheadDays", FarAheadDays, MostDays), (".shortestLeaveDays", ShortestLeaveDays, MostDays), (".returnDays", ReturnDays, MostDays),
        (".actingDays", ActingDays, MostDays), (".revokePersonalMinutes", RevokePersonalMinutes, MostDays * 1440),
        (".revokeDisabledHours", RevokeDisabledHours, MostDays * 24), (".attestDays", AttestDays, MostDays), (".attestEveryDays", AttestEveryDays, MostDays),
        (".inactiveDays", InactiveDays ?? 1, MostDays), (".contractEndingDays", ContractEndingDays, MostDays), (".contractNoticeDays", ContractNoticeDays, MostDays),
        (".disableAfterDays", DisableAfterDays, MostDays), (".deleteAfterDays", DeleteAfterDays, MostDays), (".deletionNoticeDays", DeletionNoticeDays, MostDays),
        (".orphanTriageHours", OrphanTriageHours, MostDays * 24), (".orphanEndDays", OrphanEndDays, MostDays), (".screamTestMinutes", ScreamTestMinutes, 1440),
    ];

    private static string Key(Criticality criticality) => ((int)criticality).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static CriticalityPolicy Of(Criticality criticality, CriticalityOptions? own)
    {
        var usual = SuccessionPolicy.Default.Of(criticality);
        return own is null ? usual : new CriticalityPolicy(
            own.AnswerHours is { } answer ? Duration.FromHours(answer) : usual.AnswerWithin,
            own.RotateHours is { } rotate ? Duration.FromHours(rotate) : usual.RotateWithin,
            own.ForCauseHours is { } cause ? Duration.FromHours(cause) : usual.ForCauseWithin,
            own.MoverRotateHours is { } mover ? Duration.FromHours(mover) : usual.MoverRotateWithin) { SilenceAccepts = own.SilenceAccepts };
    }
}

/// <summary>The timers of one criticality.</summary>
public sealed class CriticalityOptions
{
    /// <summary>How long each link of the chain has to answer.</summary>
    [Description("Hours that each link of the chain of succession has to answer.")]
    public double? AnswerHours { get; set; }

    /// <summary>Until when what a leaver knew is exchanged.</summary>
    [Description("Hours after the end of access in which what a leaver knew is exchanged.")]
    public double? RotateHours { get; set; }

    /// <summary>The same where they were dismissed for cause.</summary>
    [Description("The same where they were dismissed for cause.")]
    public double? ForCauseHours { get; set; }

    /// <summary>Until when what a mover knew is exchanged.</summary>
    [Description("Hours after the transfer in which what a mover knew is exchanged.")]
    public double? MoverRotateHours { get; set; }

    /// <summary>Whether silence is consent.</summary>
    [Description("Whether who does not answer in time has accepted; never at criticality 1 and 2.")]
    public bool SilenceAccepts { get; set; }

    /// <summary>Everything that is wrong with them.</summary>
    internal IEnumerable<ConfigurationFault> Faults() =>
        new[] { (".answerHours", AnswerHours), (".rotateHours", RotateHours), (".forCauseHours", ForCauseHours), (".moverRotateHours", MoverRotateHours) }
            .Where(t => t.Item2 is not (null or (> 0 and <= 24 * 3660))).Select(t => new ConfigurationFault(t.Item1, "must be more than 0, and ten years at most."));
}

/// <summary>Who answers for the bridge's own credentials.</summary>
public sealed class BridgeAccountOptions
{
    /// <summary>The technical owners.</summary>
    [Description("User names of the technical owners.")]
    public List<string> Owners { get; set; } = [];

    /// <summary>The sponsors.</summary>
    [Description("User names of the sponsors: others than the owners, since the bridge is of criticality 1.")]
    public List<string> Sponsors { get; set; } = [];
}
