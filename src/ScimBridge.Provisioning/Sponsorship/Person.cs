using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>A person as succession sees them, as of an event.</summary>
/// <param name="Id">The id of the user.</param>
public sealed record Person(string Id)
{
    /// <summary>Their manager as of the event; null for none.</summary>
    public string? ManagerId { get; init; }

    /// <summary>Whether access is over, or has not begun.</summary>
    public bool IsGone { get; init; }

    /// <summary>When access ends; null where no end is known. The end of a contract is one.</summary>
    public Instant? LeavesAt { get; init; }

    /// <summary>Whether they are on a leave that is as long as policy asks for, see <see cref="SuccessionPolicy.ShortestLeave"/>.</summary>
    public bool IsAway { get; init; }

    /// <summary>Until when they are away; null where they are not, or nobody knows.</summary>
    public Instant? AwayUntil { get; init; }

    /// <summary>Whether they are here under a contract with another employer.</summary>
    public bool IsExternal { get; init; }

    /// <summary>Whether an end of access that is known has come so near that they answer for nothing any more.</summary>
    public bool IsLeaving(Instant now, SuccessionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return LeavesAt is { } end && end - policy.LeaverGrace <= now;
    }

    /// <summary>Whether they may answer for an account: neither gone nor about to be.</summary>
    public bool CanAnswer(Instant now, SuccessionPolicy policy) => !IsGone && !IsLeaving(now, policy);

    /// <summary>Whether they may be asked to succeed: here, staying, and of the organisation itself.</summary>
    public bool CanSucceed(Instant now, SuccessionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return !IsGone && !IsAway && !IsExternal && !(LeavesAt is { } end && end - policy.FarAhead <= now);
    }
}
