namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// What a target can do with non-human identities, declared. What is not declared is never called: a plan says aloud what is done instead.
/// </summary>
public sealed record ServiceAccountCapabilities
{
    /// <summary>The kinds that are found when the target is gone through.</summary>
    public IReadOnlySet<ServiceAccountKind> Finds { get; init; } = new HashSet<ServiceAccountKind>();

    /// <summary>The kinds that can be disabled and enabled again.</summary>
    public IReadOnlySet<ServiceAccountKind> Disables { get; init; } = new HashSet<ServiceAccountKind>();

    /// <summary>The kinds that can be deleted.</summary>
    public IReadOnlySet<ServiceAccountKind> Deletes { get; init; } = new HashSet<ServiceAccountKind>();

    /// <summary>The kinds whose owners are shown: whoever is not, is none there.</summary>
    public IReadOnlySet<ServiceAccountKind> ShowsOwners { get; init; } = new HashSet<ServiceAccountKind>();

    /// <summary>The kinds whose sponsors are shown, likewise.</summary>
    public IReadOnlySet<ServiceAccountKind> ShowsSponsors { get; init; } = new HashSet<ServiceAccountKind>();

    /// <summary>The kinds whose owners can be changed.</summary>
    public IReadOnlySet<ServiceAccountKind> WritesOwners { get; init; } = new HashSet<ServiceAccountKind>();

    /// <summary>Whether an identity has room for one owner only, so that who comes takes the place of who goes.</summary>
    public bool HoldsOneOwner { get; init; }

    /// <summary>The kinds whose sponsors can be changed.</summary>
    public IReadOnlySet<ServiceAccountKind> WritesSponsors { get; init; } = new HashSet<ServiceAccountKind>();

    /// <summary>The types of credentials that are listed: of these, one that is not shown is not there.</summary>
    public IReadOnlySet<CredentialType> Lists { get; init; } = new HashSet<CredentialType>();

    /// <summary>The types of which a new one can be put beside the old one.</summary>
    public IReadOnlySet<CredentialType> Adds { get; init; } = new HashSet<CredentialType>();

    /// <summary>The types of which a new one takes the place of the old one in the same moment.</summary>
    public IReadOnlySet<CredentialType> Replaces { get; init; } = new HashSet<CredentialType>();

    /// <summary>The types of which one can be removed.</summary>
    public IReadOnlySet<CredentialType> Removes { get; init; } = new HashSet<CredentialType>();

    /// <summary>The types of which it can be tried whether the target still takes one.</summary>
    public IReadOnlySet<CredentialType> Probes { get; init; } = new HashSet<CredentialType>();

    /// <summary>The types of which the target shows when each was last used.</summary>
    public IReadOnlySet<CredentialType> ShowsUse { get; init; } = new HashSet<CredentialType>();

    /// <summary>Whether the target keeps the name that a new credential is given, so that it is known again by it.</summary>
    public bool NamesCredentials { get; init; }

    /// <summary>How a credential of this type can be taken out of use here.</summary>
    public Retirement RetirementOf(CredentialType type) =>
        Adds.Contains(type) && Removes.Contains(type) ? Retirement.Rotate
        : Removes.Contains(type) || Replaces.Contains(type) ? Retirement.End
        : Retirement.None;
}
