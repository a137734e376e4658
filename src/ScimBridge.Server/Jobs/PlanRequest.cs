using NodaTime;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Jobs;

/// <summary>A batch to plan with.</summary>
/// <param name="Source">The source that it comes from.</param>
/// <param name="Path">The file that it lies in.</param>
/// <param name="Name">The file as people know it.</param>
/// <param name="Checksum">SHA-256 of its bytes, hex, lower case.</param>
/// <param name="Manifest">What its sender says of it.</param>
public sealed record PlanFile(string Source, string Path, string Name, string Checksum, Manifest Manifest);

/// <summary>What somebody wants to know: what would happen if. Where nothing is said, what is due now.</summary>
public sealed record PlanRequest
{
    /// <summary>A configuration that is to take the place of the one that runs. Everybody is decided by it.</summary>
    public BridgeConfiguration? Configuration { get; init; }

    /// <summary>The instant in question; null for now.</summary>
    public Instant? At { get; init; }

    /// <summary>A batch that is to come in.</summary>
    public PlanFile? Batch { get; init; }

    /// <summary>Something that is to be taken back.</summary>
    public Rollback? Rollback { get; init; }
}
