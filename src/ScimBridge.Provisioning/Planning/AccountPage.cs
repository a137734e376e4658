namespace ScimBridge.Provisioning.Planning;

/// <summary>A page of what a target has, or of what has changed there.</summary>
public sealed record AccountPage
{
    /// <summary>The accounts, as the listing shows them. Of a listing of changes there are none: those have to be read one by one.</summary>
    public IReadOnlyList<ObservedAccount> Accounts { get; init; } = [];

    /// <summary>Of a listing of changes: the remote ids of what has changed and is there.</summary>
    public IReadOnlyList<string> Changed { get; init; } = [];

    /// <summary>Of a listing of changes: the remote ids of what is no more.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>Where the next page is, as the target understands it, also after a restart; null where there is none.</summary>
    public string? Next { get; init; }

    /// <summary>Of the last page of a listing of changes: the mark from which the next one goes on.</summary>
    public string? Mark { get; init; }

    /// <summary>How many the target says that it has; null where it does not. Whoever has seen fewer has lost some between two pages.</summary>
    public int? Total { get; init; }
}
