using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>What a rule looks at.</summary>
/// <param name="Before">Access state of the last decision; null before the first.</param>
/// <param name="HasIdentity">Whether the worker has an identity already.</param>
/// <param name="Now">The worker as of now.</param>
public sealed record LifecycleChange(AccessState? Before, bool HasIdentity, Worker Now)
{
    /// <summary>Whether the identity may be used as it is. That decides how urgent the change is, and nothing else.</summary>
    public bool WasUsable { get; init; }

    /// <summary>When access was first found to be over by a decision, where it is still over; null where this one is the first to find it.</summary>
    public Instant? EndedAt { get; init; }
}
