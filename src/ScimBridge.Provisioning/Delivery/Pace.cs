using NodaTime;

namespace ScimBridge.Provisioning.Delivery;

/// <summary>
/// When the next call to one limited part of a target may start.
/// <para>
/// Where the target says what is left of its limit and until when, half of the limit may be used at once and the rest is spread over the
/// time that is left; the last part is kept for urgent calls and for other clients. Where it says nothing, the pace is found out: it
/// begins slowly, doubles until the first refusal, then stays a little below what was refused and rises by small steps far
/// apart, so that fewer than one call in a thousand is refused. Where it was cut far below what it had been, it comes back within seconds.
/// </para>
/// </summary>
public sealed record Pace
{
    private const double FirstRate = 100;
    private const double LeastRate = 1;
    private const double Below = 0.97;
    private const double Cut = 0.9;
    private const double FirstStep = 0.01;
    private const double LongestStep = 0.16;

    // A refusal this soon after the one before, in seconds, says that the pace is far off.
    private const double Soon = 5;

    // So many calls between two steps: fewer than one in a thousand may be refused, and each refusal is of all that are under way.
    private const double CallsPerStep = 8_000;

    // Below a rate that was nearly kept, the pace comes back by this factor, each time after so many seconds without a refusal.
    private const double Comeback = 1.25;
    private const double ComebackSeconds = 2;

    // Until anything was refused, a few calls may start together.
    private const double Burst = 20;

    // A target that is nearly used up is not called faster until that has passed.
    private const double NearlyUsed = 0.9;

    private static readonly Duration Second = Duration.FromSeconds(1);
    private static readonly Duration LongestWindow = Duration.FromMinutes(15);

    /// <summary>The configured ceiling in calls per second; null for none.</summary>
    public double? Ceiling { get; init; }

    /// <summary>The part of each limit, from 0 to 1, that only urgent calls use.</summary>
    public double Reserve { get; init; }

    /// <summary>The rate that was found out, in calls per second; null where the target says its limit.</summary>
    public double? Rate { get; init; } = FirstRate;

    // Something was refused: the rate is about what the target takes.
    private bool IsFound { get; init; }

    // The rate that was kept for long without a refusal.
    private double Good { get; init; } = FirstRate;

    private double Step { get; init; } = FirstStep;

    // A cut may be far too deep: what is measured while answers are slow or lost says little. Up to here the pace comes back quickly.
    private double Threshold { get; init; }

    private double Passed { get; init; }

    private Instant Counting { get; init; } = Instant.MinValue;

    private double Counted { get; init; }

    private double CountedBefore { get; init; }

    private Instant CutAt { get; init; } = Instant.MinValue;

    // The target has said how much of its limit is used.
    private bool SaysUsed { get; init; }

    // How much of the limit was used when the pace was cut for that.
    private double UsedAtCut { get; init; }

    private Instant NextAt { get; init; } = Instant.MinValue;

    private Instant BarredUntil { get; init; } = Instant.MinValue;

    private double? Limit { get; init; }

    private double Left { get; init; }

    private Instant ResetAt { get; init; }

    private Duration Window { get; init; }

    // The window before is over, and nothing was heard of this one.
    private bool IsAssumed { get; init; }

    private int Unheard { get; init; }

    /// <summary>The rate that holds now, in calls per second; null where nothing holds calls back.</summary>
    public double? RateAt(Instant now)
    {
        if (Limit is not { } limit || now >= ResetAt)
            return Slower(Rate, Ceiling);
        var free = Free(limit);
        var most = Slower(Rate, Ceiling);
        return free > limit / 2 ? most : Slower(Math.Max(free, 0) / Math.Max((ResetAt - now).TotalSeconds, 0.001), most);
    }

    /// <summary>
    /// Takes a turn. The instant is when the call may start; where it is later than the caller cares to wait, the pace that was asked
    /// stays as it was and the turn is not taken.
    /// </summary>
    /// <param name="now">The instant.</param>
    /// <param name="isUrgent">Goes before those that wait, and may use the reserve.</param>
    public (Pace Taken, Instant At) Take(Instant now, bool isUrgent)
    {
        var pace = Renewed(now);
        // Over the time behind those that have their turns already.
        var gap = pace.RateAt(Instant.Max(now, Instant.Min(pace.NextAt, pace.ResetAt - Duration.FromMilliseconds(1)))) is { } rate ? Duration.FromSeconds(1 / Math.Max(rate, 0.001)) : Duration.Zero;
        var from = Instant.Max(now, pace.BarredUntil);
        if (pace.Limit is { } limit && (isUrgent ? pace.Left - pace.Unheard : pace.Free(limit)) < 1)
        {
            // In the next window, one after the other.
            from = Instant.Max(from, pace.ResetAt);
            gap = pace.Window / limit;
        }

        // Turns that nobody took are lost, but for a few while no limit is known.
        var earliest = !pace.IsFound && pace.Limit is null && pace.Ceiling is null ? from - (gap * Burst) : from;
        var next = Instant.Max(pace.NextAt, earliest);
        return (pace with { NextAt = next + gap, Unheard = pace.Unheard + 1 }, isUrgent ? from : Instant.Max(next, from));
    }

    /// <summary>Whether a turn that was taken then holds no more, because a call was refused meanwhile: it has to be taken again.</summary>
    public bool IsStale(Instant taken) => taken < CutAt;

    /// <summary>Gives a turn back that no call was made in.</summary>
    public Pace Yield() => this with { Unheard = Math.Max(0, Unheard - 1) };

    /// <summary>Takes note of what came of a call.</summary>
    /// <param name="heard">What the target said; null where there was no answer.</param>
    /// <param name="began">When the call started.</param>
    /// <param name="now">The instant.</param>
    public Pace Hear(RateHeard? heard, Instant began, Instant now)
    {
        var pace = Yield();
        if (heard is null)
            return pace;
        pace = pace.Learn(heard, now);
        if (heard.IsThrottled)
            return pace.Refused(heard, began, now);
        pace = pace.Count(heard.Cost, now);
        if (heard.Cost > 1 && pace.RateAt(now) is { } rate and > 0)
            pace = pace with { NextAt = Instant.Max(pace.NextAt, now) + Duration.FromSeconds((heard.Cost - 1) / rate) };
        return pace.Fill(heard.Used ?? 0, began, now);
    }

    private static double? Slower(double? one, double? other) => one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;

    private double Free(double limit) => Left - Unheard - (limit * Reserve);

    // The window is over: until something else is heard, the next one is as long and holds as much.
    private Pace Renewed(Instant now) => Limit is { } limit && now >= ResetAt
        ? this with { Left = limit, ResetAt = now + Window, NextAt = now, IsAssumed = true }
        : this;

    private Pace Learn(RateHeard heard, Instant now)
    {
        if (heard is not { Limit: > 0 and var limit, Remaining: { } remaining, UntilReset: { } reset } || reset > LongestWindow)
            return this;
        var resetAt = now + reset;
        // An answer of the window before, overtaken by one of this window.
        if (!heard.IsThrottled && Limit == limit && !IsAssumed && resetAt < ResetAt - Second && now < ResetAt)
            return this;
        // Answers overtake each other: within a window the least that was heard counts, less what was asked since.
        var isSame = Limit == limit && ResetAt - resetAt < Second && resetAt - ResetAt < Second;
        return this with
        {
            Rate = IsFound ? Rate : null,
            Limit = limit,
            IsAssumed = false,
            Left = isSame ? Math.Min(Left, remaining) : remaining,
            ResetAt = isSame && !IsAssumed ? Instant.Max(ResetAt, resetAt) : resetAt,
            Window = Duration.Max(isSame ? Window : Limit == limit ? Window : Duration.Zero, reset),
        };
    }

    private Pace Refused(RateHeard heard, Instant began, Instant now)
    {
        var isShown = Limit is not null && heard.Limit is > 0;
        var wait = heard.RetryAfter ?? (isShown ? heard.UntilReset : null) ?? Second;
        var pace = this with { BarredUntil = Instant.Max(BarredUntil, now + wait) };
        return isShown ? pace with { Left = 0, CutAt = now } : pace.Slowed(began, now);
    }

    // A limit that is nearly used up does not empty at once: it is waited for what slowing down has brought, and while it empties the pace
    // is slow enough.
    private Pace Fill(double used, Instant began, Instant now)
    {
        if (used < NearlyUsed)
            return UsedAtCut == 0 ? this : this with { UsedAtCut = 0 };
        var pace = this with { SaysUsed = true };
        return began < CutAt + Second || now < BarredUntil + Second || used < UsedAtCut ? pace : pace.Slowed(began, now) with { UsedAtCut = used };
    }

    private Pace Slowed(Instant began, Instant now)
    {
        // What had started before was not yet of the slower pace.
        if (began < CutAt)
            return this;
        var rate = Rate ?? Ceiling ?? FirstRate;
        var measured = Measured(now);
        var lower = !IsFound || measured < rate * NearlyUsed ? Math.Min(rate, measured) * Below
            : now - CutAt < Duration.FromSeconds(Soon) ? rate * Cut
            : Math.Min(rate * Below, Good);
        return this with
        {
            Good = Math.Max(lower, LeastRate), Rate = Math.Max(lower, LeastRate), Threshold = rate * Cut, IsFound = true, Step = FirstStep, CutAt = now, Passed = 0, NextAt = now,
            Counting = Instant.Max(now, BarredUntil), Counted = 0, CountedBefore = 0,
        };
    }

    private double Measured(Instant now)
    {
        var elapsed = Math.Clamp((now - Counting).TotalSeconds, 0, 1);
        // Of a limit that fills evenly, what little was counted since calls started again says nothing of a second.
        return SaysUsed && CountedBefore == 0 && elapsed < 1 ? Math.Max(1, Counted / Math.Max(elapsed, 0.1)) : Math.Max(1, Counted + (CountedBefore * (1 - elapsed)));
    }

    private Pace Count(double cost, Instant now)
    {
        var since = now - Counting;
        var pace = since < Second ? this with { Counted = Counted + cost }
            : this with { Counting = now, CountedBefore = since < Second + Second ? Counted : 0, Counted = cost };
        if (pace.Rate is not { } rate)
            return pace;
        var passed = pace.Passed + cost;
        if (!pace.IsFound)
            return passed >= rate / 4 ? pace with { Rate = rate * 2, Passed = 0 } : pace with { Passed = passed };
        if (rate < pace.Threshold)
        {
            return passed >= rate * ComebackSeconds
                ? pace with { Rate = Math.Min(rate * Comeback, pace.Threshold), Good = rate, Passed = 0 }
                : pace with { Passed = passed };
        }

        return passed >= CallsPerStep
            ? pace with { Rate = rate * (1 + Step), Good = rate, Step = Math.Min(Step * 2, LongestStep), Passed = 0 }
            : pace with { Passed = passed };
    }
}
