namespace ScimBridge.Sandbox.Hris;

/// <summary>The ways in which the pages of an HR system can fail to fit together, which may be switched while it runs.</summary>
public sealed record HrisSettings
{
    /// <summary>The most records on a page.</summary>
    public int MaxPageSize { get; init; } = 100;

    /// <summary>Adds so many to the total that is said.</summary>
    public int TotalOff { get; init; }

    /// <summary>Says one more in total on each page than on the one before.</summary>
    public bool TotalMoves { get; init; }

    /// <summary>Begins each page but the first with the last record of the one before.</summary>
    public bool RepeatItem { get; init; }

    /// <summary>Leaves out the first record of each page but the first.</summary>
    public bool SkipItem { get; init; }

    /// <summary>Leads from the second page to the second page.</summary>
    public bool CursorLoops { get; init; }

    /// <summary>Leads to a page at another host.</summary>
    public bool NextElsewhere { get; init; }

    /// <summary>Breaks the body off in its middle, and closes it as if it were whole.</summary>
    public bool Truncate { get; init; }

    /// <summary>Answers every call with a redirect to a page to sign in at.</summary>
    public bool SignInPage { get; init; }
}
