using NodaTime;

namespace ScimBridge.Server.Jobs;

/// <summary>Takes what is due, and does it, until nothing is due.</summary>
public interface IDrain
{
    /// <summary>The kind of this drain.</summary>
    DrainKind Kind { get; }

    /// <summary>
    /// Works until nothing is due now. Every transaction that writes a result calls <see cref="Lease.HoldAsync"/>, so that a node that was
    /// thought dead writes nothing.
    /// </summary>
    /// <returns>When something will be due again by itself; null for never.</returns>
    Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel);
}
