namespace ScimBridge.Sandbox.Faults;

/// <summary>
/// A fault and when it strikes: exactly one of <see cref="Share"/>, <see cref="Next"/> and <see cref="Always"/>.
/// </summary>
public sealed record FaultRule
{
    /// <summary>What goes wrong.</summary>
    public required FaultKind Kind { get; init; }

    /// <summary>Only calls with this HTTP method.</summary>
    public string? Method { get; init; }

    /// <summary>Only calls that are to change something: not GET.</summary>
    public bool Writes { get; init; }

    /// <summary>Only calls whose path contains this text; the path begins behind the base URL, as /Users/42.</summary>
    public string? PathContains { get; init; }

    /// <summary>Lets the first so many matching calls pass; the others count from there on.</summary>
    public int After { get; init; }

    /// <summary>Strikes this part of the matching calls, from 0 to 1; which ones follows from <see cref="Seed"/>.</summary>
    public double? Share { get; init; }

    /// <summary>Strikes the next so many matching calls.</summary>
    public int? Next { get; init; }

    /// <summary>Strikes every matching call.</summary>
    public bool Always { get; init; }

    /// <summary>The beginning of the pseudo-random sequence behind <see cref="Share"/>.</summary>
    public int Seed { get; init; }

    /// <summary>The status of an error: 500, 502, 503 or 504.</summary>
    public int Status { get; init; } = 500;

    /// <summary>For throttle and error: sends Retry-After so many seconds ahead; null sends none.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>Writes Retry-After as an HTTP date instead of seconds.</summary>
    public bool RetryAfterAsDate { get; init; }

    /// <summary>For latency: how long to wait; for timeout: how long to hold before dropping (100 seconds unless told).</summary>
    public int? Milliseconds { get; init; }

    /// <summary>Says what is wrong with the rule, or null.</summary>
    public string? Fault()
    {
        var whens = (Share is null ? 0 : 1) + (Next is null ? 0 : 1) + (Always ? 1 : 0);
        if (whens != 1)
            return "A rule has exactly one of share, next and always.";
        if (Share is not (null or (>= 0 and <= 1)))
            return "share is between 0 and 1.";
        if (Next < 1)
            return "next is at least 1.";
        if (After < 0)
            return "after is not negative.";
        if (Status is not (500 or 502 or 503 or 504))
            return "status is 500, 502, 503 or 504.";
        if (RetryAfterSeconds < 0 || Milliseconds < 0)
            return "A time is not negative.";
        return Kind == FaultKind.Latency && Milliseconds is null ? "latency needs milliseconds." : null;
    }
}
