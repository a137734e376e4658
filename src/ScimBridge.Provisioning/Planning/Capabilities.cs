using ScimBridge.Provisioning.Access;

namespace ScimBridge.Provisioning.Planning;

/// <summary>What a target can do. A verb that is not declared is never called.</summary>
public sealed record Capabilities
{
    /// <summary>Accounts can be made unusable without deleting them.</summary>
    public required bool Disable { get; init; }

    /// <summary>Accounts can be deleted.</summary>
    public required bool Delete { get; init; }

    /// <summary>Groups and their members can be written.</summary>
    public required bool Groups { get; init; }

    /// <summary>An account can be found by the correlation key.</summary>
    public required bool FindByCorrelationKey { get; init; }

    /// <summary>Disabling an account is done only when the target shows the account so: nobody has to look again.</summary>
    public bool ReadsDisables { get; init; }

    /// <summary>The attributes of an account that is disabled can be changed. Otherwise they follow when it is enabled again.</summary>
    public bool ChangesDisabled { get; init; } = true;

    /// <summary>What can be ended for an account, beside disabling it and changing members of groups.</summary>
    public IReadOnlySet<AccessKind> Revokes { get; init; } = new HashSet<AccessKind>();

    /// <summary>What can be read of an account to see whether it has ended. The account itself always can.</summary>
    public IReadOnlySet<AccessKind> ReadsAccess { get; init; } = new HashSet<AccessKind>();

    /// <summary>The target's log of what an account was used for can be read.</summary>
    public bool ReadsUse { get; init; }

    /// <summary>How far the target lists the accounts and groups that it has.</summary>
    public Listing Lists { get; init; }

    /// <summary>By what alone an account without our key is taken over: who could have it is given a name that it holds.</summary>
    public Takeover TakesOver { get; init; }

    /// <summary>How many calls may be under way at once.</summary>
    public required int InFlight { get; init; }

    /// <summary>The most members that one call may add or remove.</summary>
    public required int MembersPerCall { get; init; }
}
