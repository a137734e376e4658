using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Who answers for a credential of which nobody can see whether it has ended.</summary>
/// <param name="OwnerId">The person; null for the duty group.</param>
/// <param name="AcceptedAt">When they accepted the risk; null while they have not.</param>
public sealed record RiskAcceptance(string? OwnerId, Instant? AcceptedAt);
