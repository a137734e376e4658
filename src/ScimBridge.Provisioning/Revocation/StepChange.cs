using NodaTime;
using ScimBridge.Provisioning.Access;

namespace ScimBridge.Provisioning.Revocation;

/// <summary>What becomes of a step.</summary>
/// <param name="Progress">How far it has come.</param>
/// <param name="NextAt">When to look next; null for never.</param>
/// <param name="Reason">Why it is not verified; null where it is.</param>
public sealed record StepChange(StepProgress Progress, Instant? NextAt, string? Reason)
{
    /// <summary>What was seen, for the record; null where nothing was.</summary>
    public (AccessReading Reading, Verdict Verdict)? Seen { get; init; }

    /// <summary>It had ended, was proven so, and is there again.</summary>
    public bool IsReopened { get; init; }

    /// <summary>The target said that it was done, and shows that it is not.</summary>
    public bool IsNotEnforced { get; init; }
}
