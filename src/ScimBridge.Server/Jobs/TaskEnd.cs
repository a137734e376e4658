using NodaTime;

namespace ScimBridge.Server.Jobs;

/// <summary>What came of a look at what is due of a service account: a closed set.</summary>
internal abstract record TaskEnd
{
    private TaskEnd()
    {
    }

    /// <summary>It is as it should be. What is to be noted of that, for the journal; null where there is nothing.</summary>
    public sealed record Done(string? Kind = null, string? Seen = null) : TaskEnd;

    /// <summary>Not yet: why, and when to look again; null for as policy has it.</summary>
    public sealed record Later(string Reason, Duration? After = null) : TaskEnd;

    /// <summary>How an account is used was looked at: when it was last used, null where the target does not say.</summary>
    public sealed record Looked(Instant? LastUsedAt, string Seen) : TaskEnd;

    /// <summary>It cannot be done here, now or ever.</summary>
    public sealed record Cannot(string Reason) : TaskEnd;
}
