namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>One edge of the states of an account.</summary>
/// <param name="From">From.</param>
/// <param name="To">To.</param>
/// <param name="Undo">What takes it back; null for the one edge that nothing does.</param>
public sealed record StateEdge(AccountUse From, AccountUse To, string? Undo);
