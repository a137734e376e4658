using System.Globalization;
using System.Net.Http.Headers;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>
/// What Okta's headers say about a call that was too much.
/// <see href="https://developer.okta.com/docs/reference/rl-best-practices/"/>
/// </summary>
internal static class OktaRateHeaders
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

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
