using NodaTime;

namespace ScimBridge.Server.Evidence;

/// <summary>What a pack is to be evidence of.</summary>
/// <param name="From">The beginning of the period.</param>
/// <param name="Until">Its end, which is not in it.</param>
public sealed record PackRequest(Instant From, Instant Until)
{
    /// <summary>Ids of the users that it is about; null for everybody.</summary>
    public IReadOnlyList<string>? Users { get; init; }

    /// <summary>Whether the details of entries are in it, which may hold personal data: what was before, and what is after.</summary>
    public bool Details { get; init; }
}
