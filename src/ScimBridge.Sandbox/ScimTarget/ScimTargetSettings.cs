namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>The switches of a SCIM target, which may be changed while it runs.</summary>
public sealed record ScimTargetSettings
{
    /// <summary>A PATCH that names more members is answered 400.</summary>
    public int MaxMembersPerPatch { get; init; } = int.MaxValue;

    /// <summary>The most resources on a page, and their number when the client does not say.</summary>
    public int MaxPageSize { get; init; } = 200;

    /// <summary>More calls in one second are answered 429; null: no limit.</summary>
    public int? LimitPerSecond { get; init; }

    /// <summary>The product forgets personal tokens when an account is disabled: they go on working.</summary>
    public bool PersonalTokensOutlive { get; init; }

    /// <summary>Says what is wrong, or null.</summary>
    public string? Fault() =>
        MaxMembersPerPatch < 1 ? "maxMembersPerPatch must be at least 1."
        : MaxPageSize < 1 ? "maxPageSize must be at least 1."
        : LimitPerSecond < 1 ? "limitPerSecond must be at least 1."
        : null;
}
