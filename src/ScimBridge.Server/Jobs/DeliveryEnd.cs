using NodaTime;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Server.Jobs;

/// <summary>How a run of a delivery ended.</summary>
/// <param name="Next">When something is due at the target; null for never.</param>
/// <param name="PausedUntil">The target asked everybody to wait until then.</param>
/// <param name="HeldUntil">What is not urgent is held back until then.</param>
/// <param name="Breaker">Whether the target is called at all.</param>
internal sealed record DeliveryEnd(Instant? Next, Instant? PausedUntil, Instant? HeldUntil, TargetBreaker Breaker);
