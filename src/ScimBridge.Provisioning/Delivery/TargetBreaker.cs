using NodaTime;

namespace ScimBridge.Provisioning.Delivery;

/// <summary>
/// Whether a target is called at all. Closed while it answers; open after so many calls in a row to which it gave no answer that means
/// anything, or after one that refuses everybody; then one call at a time asks whether it is back, further and further apart. It is kept
/// beside the due marks, so that a restart asks no earlier.
/// </summary>
/// <param name="Failures">How many calls failed in a row.</param>
/// <param name="OpenedAt">When it opened; null while it is closed.</param>
/// <param name="ProbeAt">Of an open one: when to ask next.</param>
/// <param name="Probes">How often was asked in vain.</param>
/// <param name="Reason">Of an open one: what the last call came to.</param>
public sealed record TargetBreaker(int Failures = 0, Instant? OpenedAt = null, Instant? ProbeAt = null, int Probes = 0, string? Reason = null)
{
    // Where three calls in ten fail by chance, as many in a row come once in a million calls.
    private const int Tolerated = 12;

    private static readonly Duration FirstWait = Duration.FromSeconds(2);
    private static readonly Duration LongestWait = Duration.FromMinutes(2);

    // A refused credential is not asked about more often: too many tries lock it.
    private static readonly Duration StopWait = Duration.FromMinutes(1);

    /// <summary>Whether nothing but probes may be called.</summary>
    public bool IsOpen => OpenedAt is not null;

    /// <summary>The breaker after a call.</summary>
    /// <param name="outcome">What came of it.</param>
    /// <param name="isProbe">The call was made to ask whether the target is back.</param>
    /// <param name="now">The instant.</param>
    /// <param name="jitter">From 0 to 1, by chance.</param>
    public TargetBreaker After(Outcome outcome, bool isProbe, Instant now, double jitter)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        switch (outcome)
        {
            case Outcome.Stop stop:
                return Open(stop.Reason, isProbe, StopWait, now, jitter);
            // A target that throttles is there: how long to wait it says itself.
            case Outcome.Retry { IsHeldBack: true } or Outcome.Retry { Untouched: true, After: not null }:
                return this;
            // One that does not do what it says is there, too.
            case Outcome.Retry { Failure.Code: Explanation.NotDone }:
                return new TargetBreaker();
            case Outcome.Retry retry when IsOpen:
                // What was under way when it opened says nothing new.
                return isProbe ? Open(retry.Reason, isProbe, FirstWait, now, jitter) : this;
            case Outcome.Retry retry:
                return Failures + 1 < Tolerated
                    ? this with { Failures = Failures + 1 }
                    : Open(retry.Reason, isProbe, FirstWait, now, jitter) with { Failures = Failures + 1 };
            default:
                return new TargetBreaker();
        }
    }

    private TargetBreaker Open(string reason, bool isProbe, Duration first, Instant now, double jitter)
    {
        if (IsOpen && !isProbe)
            return this;
        var probes = IsOpen ? Probes + 1 : 0;
        var wait = first * Math.Pow(2, Math.Min(probes, 16));
        if (wait > LongestWait)
            wait = LongestWait;
        return new TargetBreaker(Failures, OpenedAt ?? now, now + (wait * (0.75 + (0.25 * jitter))), probes, reason);
    }
}
