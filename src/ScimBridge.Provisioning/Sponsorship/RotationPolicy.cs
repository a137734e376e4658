using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>How long the parts of an exchange may take.</summary>
public sealed record RotationPolicy
{
    /// <summary>How long the old credential is kept beside the new one, waiting for the new one to be used.</summary>
    public Duration Overlap { get; init; } = Duration.FromHours(24);

    /// <summary>A duty that is due sooner than this leaves no time for an overlap: what somebody took with them is worth more than an outage.</summary>
    public Duration NoOverlapBelow { get; init; } = Duration.FromHours(1);

    /// <summary>How often it is looked whether the new credential is used.</summary>
    public Duration LookEvery { get; init; } = Duration.FromMinutes(10);

    /// <summary>Until when the old credential is waited for: never past half of the time that a duty leaves.</summary>
    public Instant OverlapUntil(Instant now, Instant? dueAt)
    {
        if (dueAt is not { } due)
            return now + Overlap;
        var left = due - now;
        return left <= NoOverlapBelow ? now : now + Duration.Min(Overlap, left / 2);
    }
}
