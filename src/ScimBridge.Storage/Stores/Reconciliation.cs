namespace ScimBridge.Storage.Stores;

/// <summary>A comparison of what a target has with what it should have, as it is kept.</summary>
/// <param name="Id">The id.</param>
/// <param name="Target">The target.</param>
/// <param name="Scope"><c>worker</c>, <c>privileged</c>, <c>delta</c> or <c>full</c>.</param>
/// <param name="Mode"><c>report</c> or <c>enforce</c>.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="CreatedAt">When, in microseconds since 1970.</param>
public sealed record Reconciliation(string Id, string Target, string Scope, string Mode, string RequestedBy, long CreatedAt)
{
    /// <summary>The scope of one worker.</summary>
    public const string OfWorker = "worker";

    /// <summary>The scope of the members of privileged groups.</summary>
    public const string OfPrivileged = "privileged";

    /// <summary>The scope of what has changed at the target.</summary>
    public const string OfChanges = "delta";

    /// <summary>The scope of everything.</summary>
    public const string OfAll = "full";

    /// <summary>The mode in which nothing is changed.</summary>
    public const string Report = "report";

    /// <summary>The mode in which what is found is set right.</summary>
    public const string Enforce = "enforce";

    /// <summary>The scopes, the smallest first: that is the order in which a target's are worked on.</summary>
    public static IReadOnlyList<string> Scopes { get; } = [OfWorker, OfPrivileged, OfChanges, OfAll];

    /// <summary>Of one worker: the user.</summary>
    public string? Subject { get; init; }

    /// <summary><c>waiting</c>, <c>running</c>, <c>held</c>, <c>done</c> or <c>failed</c>.</summary>
    public string State { get; init; } = "waiting";

    /// <summary>What it is at.</summary>
    public string Phase { get; init; } = "";

    /// <summary>How far that has come, as the phase or the target understands it; null at its beginning.</summary>
    public string? Place { get; init; }

    /// <summary>JSON of the figures.</summary>
    public string Counts { get; init; } = "{}";

    /// <summary>How many differences are noted.</summary>
    public long Differences { get; init; }

    /// <summary>How often the next step was tried in vain.</summary>
    public int Attempts { get; init; }

    /// <summary>Why it waits, or has failed; null where it does not.</summary>
    public string? Reason { get; init; }

    /// <summary>Somebody lets pass what was held.</summary>
    public bool IsApproved { get; init; }

    /// <summary>From where the next listing of changed users goes on; null where there is no such listing.</summary>
    public string? UserMark { get; init; }

    /// <summary>From where the next listing of changed groups goes on; null likewise.</summary>
    public string? GroupMark { get; init; }

    /// <summary>When its first step began, in microseconds since 1970.</summary>
    public long? StartedAt { get; init; }

    /// <summary>When it was over, in microseconds since 1970.</summary>
    public long? FinishedAt { get; init; }

    /// <summary>When to go on, in microseconds since 1970.</summary>
    public long NextAt { get; init; }

    /// <summary>Whether it goes on by itself.</summary>
    public bool IsOpen => State is "waiting" or "running";
}
