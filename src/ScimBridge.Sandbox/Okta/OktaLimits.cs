namespace ScimBridge.Sandbox.Okta;

/// <summary>What is left of each endpoint's limit in the minute that runs.</summary>
internal sealed class OktaLimits(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Reset, int Used)> _used = new(StringComparer.Ordinal);

    /// <summary>Takes one call: how many are left after it, -1 where there was none, and when the window ends, in seconds since 1970.</summary>
    public (int Left, long Reset) Take(string endpoint, int limit)
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            var (reset, used) = _used.GetValueOrDefault(endpoint);
            if (reset <= now)
                (reset, used) = (now + 60, 0);
            _used[endpoint] = (reset, used + 1);
            return (Math.Max(-1, limit - used - 1), reset);
        }
    }

    /// <summary>The endpoint of a path: everybody of a kind together, as Okta counts.</summary>
    public static string Of(string[] segments) => segments switch
    {
        ["api", "v1", var kind] => kind,
        ["api", "v1", "groups", "rules", ..] => "groups/rules",
        ["api", "v1", var kind, _] => kind + "/{id}",
        ["api", "v1", var kind, _, var what, ..] => $"{kind}/{{id}}/{what}",
        _ => string.Join('/', segments),
    };
}
