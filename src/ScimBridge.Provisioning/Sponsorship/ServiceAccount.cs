using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>A non-human identity: what it is, who answers for it, who knows its credentials, and what is under way. Immutable.</summary>
/// <param name="Id">The id of its resource.</param>
/// <param name="Kind">What sort it is.</param>
/// <param name="Criticality">What its outage would do.</param>
public sealed record ServiceAccount(string Id, ServiceAccountKind Kind, Criticality Criticality)
{
    /// <summary>Whether it may do what is reserved to administrators.</summary>
    public bool IsPrivileged { get; init; }

    /// <summary>The group whose owner is asked where no manager can be; null for none.</summary>
    public string? TeamId { get; init; }

    /// <summary>The application or department whose owner is asked last; null for none.</summary>
    public string? ApplicationId { get; init; }

    /// <summary>Who made it; null where nobody knows.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Identities that the target deletes with this one and does not bring back with it.</summary>
    public IReadOnlyList<string> Children { get; init; } = [];

    /// <summary>The name of the bridge's own credential that this account stands for; null where it is none of the bridge's.</summary>
    public string? BridgeCredential { get; init; }

    /// <summary>Who answers for it.</summary>
    public IReadOnlyList<Accountable> Accountable { get; init; } = [];

    /// <summary>What it proves itself with.</summary>
    public IReadOnlyList<Credential> Credentials { get; init; } = [];

    /// <summary>The credentials that have to go, and those that did.</summary>
    public IReadOnlyList<RotationDuty> Duties { get; init; } = [];

    /// <summary>The successions that are under way; one for a role at most.</summary>
    public IReadOnlyList<Handover> Handovers { get; init; } = [];

    /// <summary>Its place on the orphan queue; null where it stands on none.</summary>
    public OrphanEntry? Orphan { get; init; }

    /// <summary>Why it is never disabled; null where it is like any other.</summary>
    public Exemption? Exemption { get; init; }

    /// <summary>When its time is over; null for never.</summary>
    public Instant? ExpiresAt { get; init; }

    /// <summary>Until when somebody is to confirm that it is still needed; null where nobody is asked.</summary>
    public Instant? AttestBy { get; init; }

    /// <summary>When somebody last confirmed that it is needed; null where nobody did.</summary>
    public Instant? AttestedAt { get; init; }

    /// <summary>When somebody was told that it is not restricted or disabled, though it would be; null where that is not so.</summary>
    public Instant? BlockedAt { get; init; }

    /// <summary>When it is deleted; null where it has no day.</summary>
    public Instant? DeleteAt { get; init; }

    /// <summary>When it was last seen in use; null where it never was.</summary>
    public Instant? LastUsedAt { get; init; }

    /// <summary>When a scream test ends; null where none is under way.</summary>
    public Instant? ScreamTestUntil { get; init; }

    /// <summary>What can be done with it.</summary>
    public AccountUse Use { get; init; } = AccountUse.InUse;

    /// <summary>The changes of <see cref="Use"/> that can still be undone, the oldest first.</summary>
    public IReadOnlyList<StateChange> Changes { get; init; } = [];

    /// <summary>Where it stands.</summary>
    public ServiceAccountState State => Use switch
    {
        AccountUse.Proposed => ServiceAccountState.Proposed,
        AccountUse.Restricted => ServiceAccountState.Restricted,
        AccountUse.Disabled => ServiceAccountState.Disabled,
        AccountUse.ScheduledDelete => ServiceAccountState.ScheduledDelete,
        AccountUse.Deleted => ServiceAccountState.Deleted,
        _ when Orphan is not null => ServiceAccountState.Orphaned,
        _ when Handovers.Count > 0 => ServiceAccountState.SponsorAtRisk,
        _ when AttestBy is not null => ServiceAccountState.AttestationDue,
        _ => ServiceAccountState.Active,
    };

    /// <summary>The succession for a role that is under way, or null.</summary>
    public Handover? HandoverOf(AccountableRole role) => Handovers.FirstOrDefault(h => h.Role == role);

    /// <summary>Whether it may be restricted, disabled or deleted by the cascade as of then.</summary>
    public bool IsExempt(Instant now) => Exemption is { } e && e.Until > now;

    /// <summary>Who knows a credential: those of whom it is known, and where that is not all, every technical owner and who made it.</summary>
    public IEnumerable<string> Knowers(Credential credential)
    {
        ArgumentNullException.ThrowIfNull(credential);
        var known = credential.KnownTo.Select(k => k.PersonId);
        if (credential.IsTracked)
            return known;
        var owners = Accountable.Where(a => a is { Role: AccountableRole.TechnicalOwner, Basis: not AccountableBasis.Provisional });
        return known.Concat(owners.Select(a => a.PersonId)).Concat(credential.CreatedBy is { } by ? [by] : []).Distinct();
    }
}
