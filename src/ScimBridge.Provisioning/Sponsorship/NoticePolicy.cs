using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>From when on a coming end of access is anybody's matter, and how an end is taken.</summary>
public sealed record NoticePolicy
{
    /// <summary>The policy of those who chose nothing.</summary>
    public static NoticePolicy Default { get; } = new();

    /// <summary>Terminations of which nobody hears before they are effective.</summary>
    public IReadOnlySet<TerminationType> Confidential { get; init; } = new HashSet<TerminationType> { TerminationType.Involuntary };

    /// <summary>Terminations that are for cause, or against the person's will: whoever is told to end access at once counts as such too.</summary>
    public IReadOnlySet<TerminationType> ForCause { get; init; } = new HashSet<TerminationType> { TerminationType.Involuntary };

    /// <summary>How long before the end of a contract somebody within the organisation is sought.</summary>
    public Duration ContractNotice { get; init; } = Duration.FromDays(45);
}
