using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// Keeps calls below Okta's limits: every answer says what is left of the limit of its endpoint, and until when. Where only the part
/// that belongs to others is left, the next call waits for the new window instead of running into a 429.
/// <see href="https://developer.okta.com/docs/reference/rl-best-practices/"/>
/// </summary>
internal sealed class OktaPace(int reservePercent, TimeProvider clock)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _closed = new(StringComparer.Ordinal);

    /// <summary>How long to leave an endpoint alone; null where it may be called.</summary>
    public TimeSpan? Wait(string route)
    {
        if (!_closed.TryGetValue(route, out var until))
            return null;
        var wait = until - clock.GetUtcNow();
        if (wait > TimeSpan.Zero)
            return wait;
        _closed.TryRemove(route, out _);
        return null;
    }

    /// <summary>
    /// Takes note of what is left. The headers of a 429 are not for here: the outcome of that call says how long to wait, and where too
    /// many calls were under way at once, they are about that and not about the endpoint.
    /// </summary>
    public void Learn(string route, int status, HttpResponseHeaders headers)
    {
        if (status == 429)
            return;
        var (limit, left) = (Number(headers, "X-Rate-Limit-Limit"), Number(headers, "X-Rate-Limit-Remaining"));
        if (limit > 0 && left * 100 <= limit * reservePercent && UntilReset(headers, clock) is { } wait && wait > TimeSpan.Zero)
            _closed[route] = clock.GetUtcNow() + wait;
    }

    /// <summary>
    /// The time until the limit is reset. Okta sends no <c>Retry-After</c>; the reset is in seconds since 1970 by Okta's clock, which
    /// the <c>Date</c> of the same answer shows.
    /// </summary>
    public static TimeSpan? UntilReset(HttpResponseHeaders headers, TimeProvider clock)
    {
        if (Number(headers, "X-Rate-Limit-Reset") is not { } reset || reset is <= 0 or > 253_402_300_799)
            return null;
        var wait = DateTimeOffset.FromUnixTimeSeconds(reset) - (headers.Date ?? clock.GetUtcNow());
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : wait;
    }

    /// <summary>Too many calls were under way at once: the limit itself is said to be 0.</summary>
    public static bool IsConcurrency(HttpResponseHeaders headers) => Number(headers, "X-Rate-Limit-Limit") == 0;

    private static long? Number(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) && long.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
