using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using NodaTime;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Http;

/// <summary>
/// Holds the calls of one target to the pace that the target's answers show, each limited part of it by itself. A connector takes a turn
/// before each call and says afterwards what came of it:
/// <para>
/// <c>X-Rate-Limit-*</c>, <c>X-RateLimit-*</c> and <c>RateLimit-*</c> say what is left of a limit, <c>x-ms-resource-unit</c> what a call
/// cost, <c>x-ms-throttle-limit-percentage</c> how much of a limit is used, and 429 with <c>Retry-After</c> that it was too much.
/// </para>
/// </summary>
public sealed class CallPace
{
    /// <summary>Who has to wait for longer is told so instead, and takes up no room meanwhile.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    // As many calls may be under way as start within this time, so that those that wait for their turn do not wait long.
    private const double Ahead = 3;

    private static readonly AsyncLocal<bool> Urgency = new();
    private readonly ConcurrentDictionary<string, Pace> _paces = new(StringComparer.Ordinal);
    private readonly TimeProvider _clock;
    private readonly double _reserve;

    /// <summary>Makes the pace of a target.</summary>
    /// <param name="reservePercent">The part of each limit that is left to urgent calls and to others, in percent.</param>
    /// <param name="clock">The clock.</param>
    public CallPace(int reservePercent, TimeProvider clock)
    {
        _reserve = reservePercent / 100.0;
        _clock = clock;
    }

    /// <summary>Calls per second that are never exceeded; null for none.</summary>
    public double? Ceiling { get; set; }

    /// <summary>Calls per second that the vendor is known to allow, where no ceiling is set; null where nothing is known.</summary>
    internal double? KnownLimit { get; init; }

    /// <summary>Says of the calls that the running flow makes from here on whether they go before others.</summary>
    public static void Urge(bool isUrgent) => Urgency.Value = isUrgent;

    /// <summary>How many of so many calls may be under way at once.</summary>
    public int Concurrency(int most)
    {
        var now = Now();
        double fastest = 0;
        foreach (var pace in _paces.Values)
            fastest = Math.Max(fastest, pace.RateAt(now) ?? double.PositiveInfinity);
        return fastest == 0 ? most : (int)Math.Clamp(Math.Ceiling(fastest * Ahead), 1, most);
    }

    /// <summary>Waits for the turn of a call, and answers with it.</summary>
    /// <param name="route">The limited part of the target.</param>
    /// <param name="cancel">Ends the wait.</param>
    internal async ValueTask<CallTurn> EnterAsync(string route, CancellationToken cancel)
    {
        while (true)
        {
            var pace = _paces.GetOrAdd(route, _ => new Pace { Reserve = _reserve, Ceiling = Ceiling ?? KnownLimit });
            var now = Now();
            var (taken, at) = pace.Take(now, Urgency.Value);
            var wait = at > now ? (at - now).ToTimeSpan() : TimeSpan.Zero;
            if (wait > LongestWait)
                return new CallTurn(route, now, wait);
            if (!_paces.TryUpdate(route, taken, pace))
                continue;
            if (wait > TimeSpan.Zero)
                await WaitAsync(route, wait, cancel);
            if (!_paces[route].IsStale(now))
                return new CallTurn(route, Now(), HeldFor: null);
            Yield(route);
        }
    }

    /// <summary>Takes note of an answer; null where there was none.</summary>
    internal void Hear(CallTurn turn, HttpResponseMessage? response)
    {
        var heard = response is null ? null : Read((int)response.StatusCode, response.Headers);
        var now = Now();
        _paces.AddOrUpdate(turn.Route, _ => new Pace { Reserve = _reserve, Ceiling = Ceiling ?? KnownLimit }, (_, pace) => pace.Hear(heard, turn.Began, now));
    }

    private async Task WaitAsync(string route, TimeSpan wait, CancellationToken cancel)
    {
        try
        {
            await Task.Delay(wait, _clock, cancel);
        }
        catch (OperationCanceledException)
        {
            Yield(route);
            throw;
        }
    }

    private void Yield(string route) => _paces.AddOrUpdate(route, _ => new Pace(), (_, pace) => pace.Yield());

    private RateHeard Read(int status, HttpResponseHeaders headers)
    {
        var limit = Number(headers, "X-Rate-Limit-Limit", "X-RateLimit-Limit", "RateLimit-Limit");
        return new RateHeard(
            status == 429,
            limit,
            Number(headers, "X-Rate-Limit-Remaining", "X-RateLimit-Remaining", "RateLimit-Remaining"),
            UntilReset(headers),
            status == 429 && RetryAfter.Of(headers, _clock) is { } wait ? Duration.FromTimeSpan(wait) : null,
            Math.Max(1, Number(headers, "x-ms-resource-unit") ?? 1),
            Number(headers, "x-ms-throttle-limit-percentage"));
    }

    /// <summary>The reset is in seconds from now, or since 1970 by the clock of the target, which <c>Date</c> shows.</summary>
    private Duration? UntilReset(HttpResponseHeaders headers)
    {
        const double sinceLongAgo = 1e9, latest = 253_402_300_799;
        if (Number(headers, "X-Rate-Limit-Reset", "X-RateLimit-Reset", "RateLimit-Reset") is not { } reset || reset is < 0 or > latest)
            return null;
        var seconds = reset < sinceLongAgo ? reset : reset - ((headers.Date ?? _clock.GetUtcNow()).ToUnixTimeMilliseconds() / 1000.0);
        return Duration.FromSeconds(Math.Max(0, seconds));
    }

    private static double? Number(HttpResponseHeaders headers, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            // The draft's limits may be followed by policies: 100, 100;w=60
            if (headers.TryGetValues(name, out var values) && values.FirstOrDefault()?.Split(',', ';')[0] is { } text
                && double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out var number))
                return number;
        }

        return null;
    }

    // A clock that nobody sets: one that is put back would hold everybody up.
    private Instant Now() => Instant.FromUnixTimeTicks(_clock.GetElapsedTime(0).Ticks);
}
