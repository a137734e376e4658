using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Storage.Stores;

/// <summary>The end of one person's access. All instants are microseconds since 1970.</summary>
/// <param name="Id">The id.</param>
/// <param name="ResourceId">The person's resource, whether it still exists or not.</param>
/// <param name="Source">The source that they come from.</param>
/// <param name="WorkerId">Their key there.</param>
/// <param name="Cause"><c>leaver</c>, or <c>order</c> where somebody had it done at once.</param>
/// <param name="Correlation">What it belongs to, from the HR batch or request on.</param>
/// <param name="RecordHash">Hash of the HR record that it rests on.</param>
/// <param name="HeardAt">When that record came in.</param>
/// <param name="EffectiveAt">From when it counts.</param>
/// <param name="RequestedAt">When it was decided.</param>
/// <param name="DueAt">Until when it is to be verified.</param>
public sealed record Revocation(
    string Id,
    string ResourceId,
    string Source,
    string WorkerId,
    string Cause,
    string Correlation,
    string RecordHash,
    long HeardAt,
    long EffectiveAt,
    long RequestedAt,
    long DueAt)
{
    /// <summary>HR says that they have left.</summary>
    public const string Leaver = "leaver";

    /// <summary>Somebody has ordered it.</summary>
    public const string Order = "order";

    /// <summary>From when on its time counts: when it was both heard of and in force.</summary>
    public long Since => Math.Max(HeardAt, EffectiveAt);

    /// <summary><c>open</c>; <c>closed</c> when each step is verified or somebody answers for it; <c>returned</c>.</summary>
    public string State { get; init; } = "open";

    /// <summary>Since when it is closed.</summary>
    public long? ClosedAt { get; init; }

    /// <summary>When somebody was told that it is late.</summary>
    public long? EscalatedAt { get; init; }

    /// <summary>The hash of the last proof; of the case itself while there is none.</summary>
    public string Head { get; init; } = ProofFact.Begin(Id, RecordHash);
}

/// <summary>One thing that has to end at one target.</summary>
/// <param name="RevocationId">The case.</param>
/// <param name="Target">The target.</param>
/// <param name="Kind">What has to end.</param>
/// <param name="ResourceId">Whose it is.</param>
/// <param name="RequestedAt">When it was asked for last, in microseconds since 1970.</param>
/// <param name="Progress">How far it has come.</param>
public sealed record RevocationStep(
    string RevocationId, string Target, AccessKind Kind, string ResourceId, long RequestedAt, StepProgress Progress)
{
    /// <summary>The account, as the target names it; null where it is not known yet.</summary>
    public string? RemoteId { get; init; }

    /// <summary>When it is looked at next, in microseconds since 1970; null for never.</summary>
    public long? NextAt { get; init; }

    /// <summary>Why it is not verified.</summary>
    public string? Reason { get; init; }

    /// <summary>Who answers for it, where nobody can see whether it has ended.</summary>
    public string? Owner { get; init; }

    /// <summary>The proof that verifies it.</summary>
    public long? ProofNumber { get; init; }

    /// <summary>What its case belongs to; of a step that is worked on.</summary>
    public string Correlation { get; init; } = "";

    /// <summary>From when on the time of its case counts, in microseconds since 1970; of a step that is worked on.</summary>
    public long Since { get; init; }
}

/// <summary>What becomes of a step.</summary>
/// <param name="Step">The step as it was taken.</param>
/// <param name="Change">What becomes of it.</param>
/// <param name="RemoteId">The account, where it has become known.</param>
/// <param name="Owner">Who answers for it, where it cannot be verified.</param>
public sealed record StepSettlement(RevocationStep Step, StepChange Change, string? RemoteId, string Owner);

/// <summary>A proof as it is kept.</summary>
/// <param name="Fact">What was seen.</param>
/// <param name="Previous">The hash before.</param>
/// <param name="Hash">The hash of it.</param>
public sealed record StoredProof(ProofFact Fact, string Previous, string Hash);
