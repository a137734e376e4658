using NodaTime;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Provisioning.Delivery;

/// <summary>What an outcome means for the link and for what is due.</summary>
/// <param name="Link">The link to write; null leaves it as it is.</param>
/// <param name="Forget">The link is to be forgotten: there is no such account.</param>
/// <param name="RetryAt">When to try again; null where nothing is left to do, or where it is dead.</param>
/// <param name="DeadReason">Why it is refused for good; a person has to look.</param>
/// <param name="Reason">Of a retry: what happened.</param>
/// <param name="PauseUntil">The target asked everybody to wait until then.</param>
/// <param name="IsHeldBack">No call was made, to stay below the target's limit; what is urgent does not wait until then.</param>
public sealed record NextState(
    Link? Link = null, bool Forget = false, Instant? RetryAt = null, string? DeadReason = null, string? Reason = null, Instant? PauseUntil = null,
    bool IsHeldBack = false);
