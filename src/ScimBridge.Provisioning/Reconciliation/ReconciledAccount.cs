using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>Everything that is known of one account, or of one resource without one: what should be, what was acknowledged, what is.</summary>
public sealed record ReconciledAccount
{
    /// <summary>User or group.</summary>
    public required AccountKind Kind { get; init; }

    /// <summary>What should be; null where the resource is no more, where it cannot be mapped, and for an account that nobody has.</summary>
    public MappedAccount? Mapped { get; init; }

    /// <summary>The resource is there, and the mapping makes nothing of it: its attributes are not compared.</summary>
    public bool IsUnmapped { get; init; }

    /// <summary>Of one that cannot be mapped: whether it should be usable.</summary>
    public bool ShouldBeActive { get; init; }

    /// <summary>The attributes that it should have, as the target would show them.</summary>
    public JsonObject? Shown { get; init; }

    /// <summary>What the target has acknowledged; null where no account is linked.</summary>
    public Link? Link { get; init; }

    /// <summary>What the target says; null where it says that there is nothing.</summary>
    public ObservedAccount? Observed { get; init; }

    /// <summary>Of an account that is linked to nobody: whose it could be.</summary>
    public Owner? Owner { get; init; }

    /// <summary>Why it is known that things will change by themselves; null where nothing is due.</summary>
    public string? Pending { get; init; }

    /// <summary>Why what is due does not happen: refused for good, waiting for approval; null otherwise.</summary>
    public string? Hindrance { get; init; }

    /// <summary>The account is never touched.</summary>
    public bool IsProtected { get; init; }
}
