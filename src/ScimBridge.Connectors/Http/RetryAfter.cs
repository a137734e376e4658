using System.Net.Http.Headers;

namespace ScimBridge.Connectors.Http;

/// <summary>How long a system asks to wait: <c>Retry-After</c> in seconds or as a date (RFC 9110 section 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>One that asks for more is asked again after this.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public static TimeSpan? Of(HttpResponseHeaders headers, TimeProvider clock)
    {
        var wait = headers.RetryAfter is { Date: { } date } ? date - clock.GetUtcNow() : headers.RetryAfter?.Delta;
        return wait is not { } asked ? null : asked < TimeSpan.Zero ? TimeSpan.Zero : asked > Longest ? Longest : asked;
    }
}
