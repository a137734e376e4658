using NodaTime;

namespace ScimBridge.Provisioning.Revocation;

/// <summary>How far a step has come.</summary>
/// <param name="State">The state.</param>
/// <param name="DueAt">Until when it is to be verified.</param>
/// <param name="Attempts">How often it was looked at in vain since it was last asked for.</param>
/// <param name="Checks">How often it was looked at again after it was verified.</param>
/// <param name="VerifiedAt">When it was first verified; null while it is not.</param>
/// <param name="AcknowledgedAt">When the target first said that it was done; null while it has not.</param>
public sealed record StepProgress(
    StepState State, Instant DueAt, int Attempts, int Checks, Instant? VerifiedAt, Instant? AcknowledgedAt);
