using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// That an account is break-glass access: never disabled, restricted or deleted by the cascade. What a leaver knew of it is rotated all the
/// same.
/// </summary>
/// <param name="Reason">Why, in a line.</param>
/// <param name="ApprovedBy">Who approved it.</param>
/// <param name="Until">When it ends.</param>
public sealed record Exemption(string Reason, string ApprovedBy, Instant Until);
