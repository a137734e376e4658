namespace ScimBridge.Provisioning.Delivery;

/// <summary>
/// What came of one call at a target: a closed set. Anything else that a connector throws is a bug.
/// </summary>
public abstract record Outcome
{
    private Outcome()
    {
    }

    /// <summary>Of a call that did not succeed: what a person needs to know to act on it. No part of what makes outcomes equal.</summary>
    public CallFailure? Failure { get; init; }

    /// <inheritdoc/>
    public virtual bool Equals(Outcome? other) => other is not null && EqualityContract == other.EqualityContract;

    /// <inheritdoc/>
    public override int GetHashCode() => EqualityContract.GetHashCode();

    /// <summary>The target holds the state that was asked for.</summary>
    /// <param name="RemoteId">The identifier at the target, where the call makes or changes one.</param>
    public sealed record Done(string? RemoteId = null) : Outcome;

    /// <summary>Not now. Whether the work was done is unknown unless <paramref name="Untouched"/> says that it was not.</summary>
    /// <param name="After">How long the target asks to wait; null where it does not say.</param>
    /// <param name="Reason">What happened, for people; no personal data.</param>
    /// <param name="Untouched">True where the target surely did nothing (429, refused connection).</param>
    /// <param name="IsHeldBack">The bridge itself did not make the call, to stay below the target's limit; urgent calls may go on.</param>
    public sealed record Retry(TimeSpan? After, string Reason, bool Untouched = false, bool IsHeldBack = false) : Outcome;

    /// <summary>There is one already.</summary>
    /// <param name="RemoteId">Its identifier; null where the target reports a conflict without naming the holder.</param>
    public sealed record Exists(string? RemoteId) : Outcome;

    /// <summary>The target has no such account.</summary>
    public sealed record Gone : Outcome;

    /// <summary>The target refuses this one and would refuse it again: a person has to look.</summary>
    /// <param name="Reason">Status, vendor code and meaning; no personal data.</param>
    public sealed record Rejected(string Reason) : Outcome;

    /// <summary>The target refuses everybody (bad credential, wrong address): stop calling it.</summary>
    /// <param name="Reason">Status, vendor code and meaning.</param>
    public sealed record Stop(string Reason) : Outcome;
}
