using NodaTime;

namespace ScimBridge.Provisioning.Delivery;

/// <summary>What an answer of a target says about how fast it may be called.</summary>
/// <param name="IsThrottled">It refused the call because there were too many.</param>
/// <param name="Limit">Calls that the window takes; null where nothing is said.</param>
/// <param name="Remaining">Calls that are left of it.</param>
/// <param name="UntilReset">Until the window ends.</param>
/// <param name="RetryAfter">How long it asks everybody to wait.</param>
/// <param name="Cost">Calls that this one counted for, where a target reckons in units.</param>
/// <param name="Used">The used part of a limit that is not said in calls: 1 is all of it.</param>
public sealed record RateHeard(
    bool IsThrottled = false,
    double? Limit = null,
    double? Remaining = null,
    Duration? UntilReset = null,
    Duration? RetryAfter = null,
    double Cost = 1,
    double? Used = null);
