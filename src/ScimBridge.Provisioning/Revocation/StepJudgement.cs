using NodaTime;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Provisioning.Revocation;

/// <summary>
/// (how far a step has come, what a look showed, policy, now) -> how far it has come. That something has ended is never concluded from a
/// call that was answered with success: only from a look that shows it.
/// </summary>
public static class StepJudgement
{
    // While the time runs, often; afterwards somebody has been told.
    private static readonly Duration LongestWait = Duration.FromSeconds(20);
    private static readonly Duration LongestWaitWhenLate = Duration.FromMinutes(5);

    /// <summary>What a finding means.</summary>
    /// <param name="before">How far the step had come.</param>
    /// <param name="finding">What was found.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="now">The instant.</param>
    /// <param name="jitter">From 0 to 1, by chance: spreads looks that would come together.</param>
    public static StepChange Of(StepProgress before, StepFinding finding, RevocationPolicy policy, Instant now, double jitter)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(finding);
        var progress = finding.IsAcknowledged && before.AcknowledgedAt is null ? before with { AcknowledgedAt = now } : before;
        if (progress is { State: StepState.Requested, AcknowledgedAt: not null })
            progress = progress with { State = StepState.Acknowledged };
        return finding switch
        {
            StepFinding.Seen { Reading: { Left.Count: 0 } reading } => Cut(progress, reading, policy, now),
            StepFinding.Seen { Reading: { Left: null } reading } => Unknown(progress, reading, policy, now),
            StepFinding.Seen { Reading: var reading } => Left(progress, reading, now, jitter),
            StepFinding.Silent silent => new StepChange(progress with { State = StepState.Unverifiable }, NextAt: null, silent.Reason),
            StepFinding.Blocked blocked when progress.State == StepState.Verified => Again(progress, blocked.Reason, after: null, now, jitter),
            StepFinding.Blocked blocked => new StepChange(
                progress with { State = StepState.Failed, Attempts = progress.Attempts + 1 }, now + LongestWaitWhenLate, blocked.Reason),
            StepFinding.Unanswered unanswered => Again(progress, unanswered.Reason, unanswered.After, now, jitter),
            StepFinding.Waiting waiting => Again(progress, waiting.Reason, after: null, now, jitter),
            _ => throw new ArgumentException($"{finding.GetType().Name} is no finding.", nameof(finding)),
        };
    }

    private static StepChange Cut(StepProgress before, AccessReading reading, RevocationPolicy policy, Instant now)
    {
        var first = before.State == StepState.Verified && before.VerifiedAt is not null;
        var progress = before with
        {
            State = StepState.Verified,
            Attempts = 0,
            VerifiedAt = first ? before.VerifiedAt : now,
            Checks = first ? before.Checks + 1 : 0,
        };
        return new StepChange(progress, NextCheck(progress, policy, now), Reason: null) { Seen = (reading, Verdict.Cut) };
    }

    private static StepChange Unknown(StepProgress before, AccessReading reading, RevocationPolicy policy, Instant now) =>
        before.State == StepState.Verified
            // What was proven stays proven; that it cannot be seen today is on the record.
            ? new StepChange(before with { Checks = before.Checks + 1 }, NextCheck(before with { Checks = before.Checks + 1 }, policy, now), Reason: null)
            {
                Seen = (reading, Verdict.Unknown),
            }
            : new StepChange(before with { State = StepState.Unverifiable }, NextAt: null, reading.Value) { Seen = (reading, Verdict.Unknown) };

    private static StepChange Left(StepProgress before, AccessReading reading, Instant now, double jitter)
    {
        var seen = (reading, Verdict.Left);
        if (before.State == StepState.Verified)
        {
            // It is asked for anew, and at once: who opened the door again is not given time.
            return new StepChange(
                before with { State = StepState.Requested, Attempts = 0, Checks = 0, VerifiedAt = null, AcknowledgedAt = null }, now,
                $"It is there again: {reading.Value}.")
            {
                Seen = seen, IsReopened = true,
            };
        }

        // Nobody can see it from here, and somebody has shown that it has not ended: that stands until they show otherwise.
        if (before.State == StepState.Unverifiable)
            return new StepChange(before with { State = StepState.Failed }, NextAt: null, $"It has not ended: {reading.Value}.") { Seen = seen, IsNotEnforced = true };

        var said = before.AcknowledgedAt is not null;
        var change = Again(
            before, said ? $"The target says that it is done, and shows: {reading.Value}." : $"Not done yet: {reading.Value}.", after: null, now, jitter);
        return change with { Seen = seen, IsNotEnforced = said };
    }

    private static StepChange Again(StepProgress before, string reason, TimeSpan? after, Instant now, double jitter)
    {
        var late = now > before.DueAt;
        var wait = Settlement.Wait(before.Attempts, jitter, late ? LongestWaitWhenLate : LongestWait);
        if (after is { } asked && Duration.FromTimeSpan(asked) > wait)
            wait = Duration.FromTimeSpan(asked);
        // What is verified stays so while it cannot be looked at.
        var state = before.State == StepState.Verified ? before.State : late ? StepState.Failed : before.State;
        return new StepChange(before with { State = state, Attempts = before.Attempts + 1 }, now + wait, state == StepState.Verified ? null : reason);
    }

    // A look that came late is followed by the first that still lies ahead.
    private static Instant? NextCheck(StepProgress progress, RevocationPolicy policy, Instant now)
    {
        foreach (var check in policy.Checks.Skip(progress.Checks))
        {
            if (progress.VerifiedAt!.Value + check is var at && at > now)
                return at;
        }

        return null;
    }
}
