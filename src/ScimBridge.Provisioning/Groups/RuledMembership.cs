using NodaTime;

namespace ScimBridge.Provisioning.Groups;

/// <summary>What a rule gives somebody.</summary>
/// <param name="Group">The group.</param>
/// <param name="Until">When the rule gives it no longer, with nothing else changing; null for never.</param>
public sealed record RuledMembership(RuledGroup Group, Instant? Until);
