namespace ScimBridge.Sandbox.Faults;

/// <summary>A rule and how many calls it has seen.</summary>
internal sealed class ArmedRule(FaultRule rule)
{
    private long seen;

    public FaultRule Rule { get; } = rule;

    public bool Strikes(string method, string path)
    {
        if (Rule.Method is not null && !Rule.Method.Equals(method, StringComparison.OrdinalIgnoreCase))
            return false;
        if (Rule.Writes && method == "GET")
            return false;
        if (Rule.PathContains is not null && !path.Contains(Rule.PathContains, StringComparison.OrdinalIgnoreCase))
            return false;

        var number = Interlocked.Increment(ref seen) - Rule.After;
        return number > 0 && (Rule.Always || number <= Rule.Next || Chance(Rule.Seed, number) < Rule.Share);
    }

    /// <summary>SplitMix64: the same seed and number give the same chance in every run, whichever thread asks.</summary>
    private static double Chance(int seed, long number)
    {
        var z = ((ulong)(uint)seed << 32) + ((ulong)number * 0x9E3779B97F4A7C15UL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        z ^= z >> 31;
        return (z >> 11) * (1.0 / (1UL << 53));
    }
}
