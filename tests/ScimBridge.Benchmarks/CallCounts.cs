namespace ScimBridge.Benchmarks;

/// <summary>Counts the calls to a target, and those that were too many.</summary>
internal sealed class CallCounts
{
    private long _made;
    private long _refused;

    /// <summary>Calls so far, and those of them that were answered 429.</summary>
    public (long Made, long Refused) Now => (Interlocked.Read(ref _made), Interlocked.Read(ref _refused));

    public void Count(int status)
    {
        Interlocked.Increment(ref _made);
        if (status == 429)
            Interlocked.Increment(ref _refused);
    }
}
