using NodaTime;
using ScimBridge.Provisioning.Access;

namespace ScimBridge.Provisioning.Revocation;

/// <summary>What the end of access demands.</summary>
public sealed record RevocationPolicy
{
    /// <summary>What ends, of what a target can end or show.</summary>
    public required IReadOnlySet<AccessKind> Kinds { get; init; }

    /// <summary>The time until all of it is to be verified.</summary>
    public required Duration Objective { get; init; }

    /// <summary>When after the proof it is looked at again, each time from the proof on, ascending.</summary>
    public required IReadOnlyList<Duration> Checks { get; init; }
}
