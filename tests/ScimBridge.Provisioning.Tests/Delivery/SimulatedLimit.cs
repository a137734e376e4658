using NodaTime;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Provisioning.Tests.Delivery;

/// <summary>A target that takes so many calls.</summary>
internal abstract class SimulatedLimit
{
    /// <summary>What it says to a call that arrives.</summary>
    public abstract RateHeard Answer(Instant at);
}

/// <summary>Takes so many calls in each second, and says nothing but 429.</summary>
internal sealed class SilentLimit(double perSecond) : SimulatedLimit
{
    private long _second;
    private int _used;

    public double PerSecond { get; set; } = perSecond;

    public override RateHeard Answer(Instant at)
    {
        var second = at.ToUnixTimeSeconds();
        if (second != _second)
            (_second, _used) = (second, 0);
        return ++_used > PerSecond ? new RateHeard(IsThrottled: true, RetryAfter: Duration.FromSeconds(1)) : new RateHeard();
    }
}

/// <summary>Takes so many calls in a window that begins with its first call, and says what is left, with resets in whole seconds.</summary>
internal sealed class ShownLimit(int limit, int seconds) : SimulatedLimit
{
    private long _reset;
    private int _used;

    public int MostInAWindow { get; private set; }

    public override RateHeard Answer(Instant at)
    {
        var now = at.ToUnixTimeSeconds();
        if (_reset <= now)
            (_reset, _used) = (now + seconds, 0);
        _used++;
        MostInAWindow = Math.Max(MostInAWindow, _used);
        return new RateHeard(_used > limit, limit, Math.Max(0, limit - _used), Instant.FromUnixTimeSeconds(_reset) - at);
    }
}

/// <summary>A bucket that holds what is taken in some seconds and fills again evenly; it says how much of it is used from 0.8 on.</summary>
internal sealed class BucketLimit(double perSecond, double seconds) : SimulatedLimit
{
    private Instant _seen;
    private double _taken;

    public override RateHeard Answer(Instant at)
    {
        var limit = perSecond * seconds;
        _taken = Math.Max(0, _taken - ((at - _seen).TotalSeconds * perSecond));
        _seen = at;
        if (_taken + 1 > limit)
            return new RateHeard(IsThrottled: true, RetryAfter: Duration.FromSeconds(1));
        _taken++;
        return new RateHeard(Used: _taken / limit >= 0.8 ? Math.Round(_taken / limit, 2) : null);
    }
}
