using NodaTime;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Provisioning.Delivery;

/// <summary>(operation, outcome, now) -> next state.</summary>
public static class Settlement
{
    private static readonly Duration FirstWait = Duration.FromSeconds(1);

    // A target that is away is left alone by its breaker; one account alone need not wait longer.
    private static readonly Duration LongestWait = Duration.FromMinutes(1);

    // How long nobody calls a target that refuses everybody: long enough not to lock an account out, short enough to see a repaired one.
    private static readonly Duration StopWait = Duration.FromSeconds(60);

    /// <summary>What the outcome of an operation on an account means.</summary>
    /// <param name="operation">What was done.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="mapped">What the operation wanted; null where the resource is no more.</param>
    /// <param name="attempts">How often it had been tried in vain before.</param>
    /// <param name="now">The instant.</param>
    /// <param name="jitter">From 0 to 1, by chance: spreads retries that would come together.</param>
    public static NextState Of(Operation operation, Outcome outcome, MappedAccount? mapped, int attempts, Instant now, double jitter) =>
        (operation, outcome) switch
        {
            (Operation.Nothing, _) => new NextState(),
            // Surely not made: the note of the try is taken back, so that nobody has to look for it.
            (Operation.Create { FindFirst: false }, Outcome.Retry { Untouched: true } retry) =>
                Again(retry, attempts, now, jitter) with { Forget = true },
            (_, Outcome.Retry retry) => Again(retry, attempts, now, jitter),
            (_, Outcome.Stop stop) => new NextState(RetryAt: now + StopWait, Reason: stop.Reason, PauseUntil: now + StopWait),

            (Operation.Create create, Outcome.Done { RemoteId: { } id }) => new NextState(Acknowledged(create.Account, id, mapped)),
            // Ours, from a try whose reply was lost. What it holds is not known: the next pass writes all of it.
            (Operation.Create create, Outcome.Exists { RemoteId: { } id }) => new NextState(
                Link.Found(create.Account.CorrelationKey, id), RetryAt: now, Reason: "found after a lost reply"),
            (Operation.Create, Outcome.Exists) => new NextState(
                Forget: true, DeadReason: "Another account at the target holds this name; it is not taken over without a decision."),
            // Where an earlier try is still open, only a look at the target tells whether there is an account: the note stays.
            (Operation.Create create, Outcome.Rejected rejected) => new NextState(Forget: !create.FindFirst, DeadReason: rejected.Reason),

            (Operation.Update update, Outcome.Done done) => new NextState(
                Acknowledged(update.Account, done.RemoteId ?? update.RemoteId, mapped)),
            // Somebody deleted it: begin anew.
            (Operation.Update, Outcome.Gone) => new NextState(Forget: true, RetryAt: now, Reason: "the account was gone"),
            (Operation.Update, Outcome.Exists) => new NextState(
                DeadReason: "Another account at the target holds a name or address of this one; a person has to decide whose it is."),

            (Operation.Delete, Outcome.Done or Outcome.Gone) => new NextState(Forget: true),

            (_, Outcome.Rejected rejected) => new NextState(DeadReason: rejected.Reason),
            _ => new NextState(DeadReason: $"The target's connector answered {outcome.GetType().Name}, which means nothing here."),
        };

    /// <summary>What the outcome of adding and removing members means; a person looks at a group that is gone.</summary>
    public static NextState OfMembers(Outcome outcome, int attempts, Instant now, double jitter) => outcome switch
    {
        Outcome.Done => new NextState(),
        Outcome.Retry retry => Again(retry, attempts, now, jitter),
        Outcome.Stop stop => new NextState(RetryAt: now + StopWait, Reason: stop.Reason, PauseUntil: now + StopWait),
        Outcome.Gone => new NextState(DeadReason: "The group is gone at the target."),
        Outcome.Rejected rejected => new NextState(DeadReason: rejected.Reason),
        _ => new NextState(DeadReason: $"The target's connector answered {outcome.GetType().Name}, which means nothing here."),
    };

    /// <summary>How long to wait after so many tries in vain: doubling from a second, of which half is by chance; in whole milliseconds.</summary>
    /// <param name="attempts">How often it was tried.</param>
    /// <param name="jitter">From 0 to 1, by chance.</param>
    /// <param name="longest">The longest wait; null for a minute.</param>
    public static Duration Wait(int attempts, double jitter, Duration? longest = null)
    {
        var whole = Duration.Min(FirstWait * Math.Pow(2, Math.Min(attempts, 16)), longest ?? LongestWait);
        // Whole, so that what is answered is what the database keeps: it knows no nanoseconds.
        return Duration.FromMilliseconds((long)Math.Round(whole.TotalMilliseconds * (0.5 + (0.5 * jitter))));
    }

    private static NextState Again(Outcome.Retry retry, int attempts, Instant now, double jitter)
    {
        // A target that says "at once" has not said when: without a wait, its answers would come in a circle.
        var at = now + (retry.After is { } after && after > TimeSpan.Zero ? Duration.FromTimeSpan(after) : Wait(attempts, jitter));
        // A target that throttles means everybody, not this account alone.
        return new NextState(RetryAt: at, Reason: retry.Reason, PauseUntil: retry is { Untouched: true, After: not null } ? at : null, IsHeldBack: retry.IsHeldBack);
    }

    private static Link Acknowledged(DesiredAccount account, string remoteId, MappedAccount? mapped) =>
        new(account.CorrelationKey, remoteId, account.Active, account.Acknowledged().ToJsonString(), mapped?.Awaits);
}
