namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// The resource units of a tenant, as a token bucket: it holds what is let through in 10 seconds, and fills again evenly.
/// <see href="https://learn.microsoft.com/en-us/graph/throttling-limits#identity-and-access-service-limits"/>
/// </summary>
internal sealed class GraphLimit(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private double _taken;
    private DateTimeOffset _seen = clock.GetUtcNow();

    /// <summary>Takes the units of a call: the part of the limit that is used then, and for how many seconds to wait where it was too much.</summary>
    public (double Used, int? RetryAfter) Take(int? unitsPer10Seconds, int cost)
    {
        if (unitsPer10Seconds is not { } limit)
            return (0, null);
        lock (_gate)
        {
            var (now, perSecond) = (clock.GetUtcNow(), limit / 10.0);
            _taken = Math.Max(0, _taken - (Math.Max(0, (now - _seen).TotalSeconds) * perSecond));
            _seen = now;
            if (_taken + cost > limit)
                return (1, (int)Math.Ceiling(Math.Max(1, (_taken + cost - limit) / perSecond)));
            _taken += cost;
            return (_taken / limit, null);
        }
    }
}
