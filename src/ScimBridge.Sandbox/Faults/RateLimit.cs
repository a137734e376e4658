namespace ScimBridge.Sandbox.Faults;

/// <summary>So many calls in each second of the clock, and not one more.</summary>
internal sealed class RateLimit(TimeProvider clock)
{
    private readonly Lock gate = new();
    private long second;
    private int used;

    public bool TryTake(int? limitPerSecond)
    {
        if (limitPerSecond is not { } limit)
            return true;
        lock (gate)
        {
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            if (now != second)
            {
                second = now;
                used = 0;
            }

            return used++ < limit;
        }
    }
}
