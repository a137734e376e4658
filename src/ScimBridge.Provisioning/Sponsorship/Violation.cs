namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>That an invariant does not hold.</summary>
/// <param name="Invariant">Which one.</param>
/// <param name="Detail">What is wrong, in a line, without names of people.</param>
public sealed record Violation(Invariant Invariant, string Detail);
