using NodaTime;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

/// <summary>A case of sponsorship.json: an account and its people, what happens one after another, and the steps of each.</summary>
internal sealed record SponsorshipVector(string Name, VectorAccount Account, Dictionary<string, VectorPerson> People, List<VectorMove> Moves)
{
    public Dictionary<string, IReadOnlyList<string>> TeamOwners { get; init; } = [];

    public Dictionary<string, IReadOnlyList<string>> ApplicationOwners { get; init; } = [];

    public bool SilenceAccepts { get; init; }
}

/// <summary>An account; whoever is named holds the role and has accepted.</summary>
internal sealed record VectorAccount
{
    public ServiceAccountKind Kind { get; init; }

    public int Criticality { get; init; } = 3;

    public List<string> Sponsors { get; init; } = [];

    public List<string> Owners { get; init; } = [];

    public List<string> CoSponsors { get; init; } = [];

    public string? Team { get; init; }

    public string? Application { get; init; }

    public string? CreatedBy { get; init; }

    public List<string> Children { get; init; } = [];

    public List<VectorCredential> Credentials { get; init; } = [];

    public bool Privileged { get; init; }

    public bool Proposed { get; init; }

    public bool BreakGlass { get; init; }

    /// <summary>When it expires, in hours from the beginning.</summary>
    public double? Expires { get; init; }

    public double? LastUsed { get; init; }

    public double? Attested { get; init; }

    public ServiceAccount At(Instant start)
    {
        Instant? In(double? hours) => hours is { } h ? start + Duration.FromHours(h) : null;
        var since = start - Duration.FromDays(100);
        IEnumerable<Accountable> Holding(AccountableRole role, List<string> people) =>
            people.Select(p => new Accountable(role, p, since) { AcceptedAt = since });
        return new("sa-1", Kind, (Criticality)Criticality)
        {
            Accountable =
            [
                .. Holding(AccountableRole.Sponsor, Sponsors), .. Holding(AccountableRole.TechnicalOwner, Owners), .. Holding(AccountableRole.CoSponsor, CoSponsors),
            ],
            Use = Proposed ? AccountUse.Proposed : AccountUse.InUse,
            TeamId = Team,
            ApplicationId = Application,
            CreatedBy = CreatedBy,
            Children = Children,
            IsPrivileged = Privileged,
            Exemption = BreakGlass ? new("break glass", "ciso", start + Duration.FromDays(365)) : null,
            ExpiresAt = In(Expires),
            LastUsedAt = In(LastUsed),
            AttestedAt = In(Attested),
            Credentials =
            [
                .. Credentials.Select(c => new Credential(c.Key)
                {
                    IsPersonal = c.Personal,
                    Retirement = c.Retirement,
                    IsTracked = c.Tracked,
                    KnownTo = [.. c.KnownTo.Select(p => new Knowledge(p, since, Evidence.Shared))],
                }),
            ],
        };
    }
}

internal sealed record VectorCredential(string Key)
{
    public List<string> KnownTo { get; init; } = [];

    public bool Personal { get; init; }

    public bool Tracked { get; init; } = true;

    public Retirement Retirement { get; init; }
}

/// <summary>A person; <c>leaves</c> and <c>back</c> are hours from the beginning.</summary>
internal sealed record VectorPerson
{
    public string? Manager { get; init; }

    public bool Gone { get; init; }

    public bool Away { get; init; }

    public bool External { get; init; }

    public double? Leaves { get; init; }

    public double? Back { get; init; }

    public Person As(string id, Instant start) => new(id)
    {
        ManagerId = Manager,
        IsGone = Gone,
        IsAway = Away,
        IsExternal = External,
        LeavesAt = Leaves is { } l ? start + Duration.FromHours(l) : null,
        AwayUntil = Back is { } b ? start + Duration.FromHours(b) : null,
    };
}

/// <summary>Something that happens: <c>terminationEffective s</c>, <c>accept sponsor m</c>, <c>due</c>, ...</summary>
/// <param name="Do">What.</param>
/// <param name="Steps">The steps that come of it.</param>
internal sealed record VectorMove(string Do, List<string> Steps)
{
    /// <summary>When, in hours from the beginning.</summary>
    public double At { get; init; }

    /// <summary>People as they are from now on.</summary>
    public Dictionary<string, VectorPerson> People { get; init; } = [];

    public bool LeavesDepartment { get; init; }

    public string? ManagerThen { get; init; }

    /// <summary>Where the account stands then.</summary>
    public ServiceAccountState? State { get; init; }
}
