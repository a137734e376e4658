using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>One change of what can be done with an account: what undoing it goes back to.</summary>
/// <param name="From">What could be done before.</param>
/// <param name="To">What can be done since.</param>
/// <param name="At">When; where what came after it was undone, when that was.</param>
/// <param name="Reason">Why.</param>
public sealed record StateChange(AccountUse From, AccountUse To, Instant At, StateReason Reason);
