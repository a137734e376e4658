using NodaTime;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Provisioning.Tests.Delivery;

/// <summary>Calls of a busy engine in virtual time: as many under way as the pace wants, all of them waiting for their turns.</summary>
/// <param name="Calls">How many were made.</param>
/// <param name="Refused">How many of them were too many.</param>
/// <param name="Rate">Accepted calls a second.</param>
/// <param name="Pace">The pace in the end.</param>
/// <param name="End">When it ended.</param>
internal sealed record PacedRun(int Calls, int Refused, double Rate, Pace Pace, Instant End)
{
    private static readonly Duration LongestWait = Duration.FromSeconds(5);

    public static PacedRun Against(SimulatedLimit target, int inFlight, int latencyMilliseconds, int calls, Pace pace, Instant? start = null)
    {
        var began = start ?? Sample.Instant("2026-06-30T12:00:00.37Z");
        var now = began;
        var random = new Random(4711);
        // What happens next: a turn that comes, a call that arrives, an answer that does.
        var events = new PriorityQueue<(What What, Instant Taken, Instant Began, RateHeard? Answer), Instant>();
        Instant? pausedUntil = null;
        var (running, made, refused) = (0, 0, 0);
        while (made < calls || running > 0)
        {
            var room = pace.RateAt(now) is { } rate ? (int)Math.Clamp(Math.Ceiling(rate * 3), 1, inFlight) : inFlight;
            while (made < calls && running < room && (pausedUntil is null || pausedUntil <= now))
            {
                pausedUntil = null;
                var (taken, at) = pace.Take(now, isUrgent: false);
                if (at - now > LongestWait)
                {
                    pausedUntil = at;
                    break;
                }

                pace = taken;
                made++;
                running++;
                events.Enqueue((What.Turn, now, at, null), at);
            }

            if (events.TryDequeue(out var happens, out var when))
            {
                now = Instant.Max(now, when);
                switch (happens.What)
                {
                    case What.Turn when pace.IsStale(happens.Taken):
                        // As the gate of the connectors does: the turn is given back and another one is taken.
                        var (again, later) = pace.Yield().Take(now, isUrgent: false);
                        pace = again;
                        events.Enqueue((What.Turn, now, later, null), later);
                        break;
                    case What.Turn:
                        events.Enqueue((What.Call, now, now, null), now + Duration.FromMilliseconds(latencyMilliseconds * (0.25 + (0.25 * random.NextDouble()))));
                        break;
                    case What.Call:
                        var said = target.Answer(now);
                        refused += said.IsThrottled ? 1 : 0;
                        events.Enqueue((What.Answer, now, happens.Began, said), now + Duration.FromMilliseconds(latencyMilliseconds * 0.5));
                        break;
                    default:
                        running--;
                        pace = pace.Hear(happens.Answer, happens.Began, now);
                        if (happens.Answer is { IsThrottled: true, RetryAfter: { } wait })
                            pausedUntil = now + wait;
                        break;
                }
            }
            else if (pausedUntil is { } until)
            {
                now = until;
                pausedUntil = null;
            }
        }

        return new PacedRun(made, refused, (made - refused) / (now - began).TotalSeconds, pace, now);
    }

    private enum What
    {
        Turn,
        Call,
        Answer,
    }
}
