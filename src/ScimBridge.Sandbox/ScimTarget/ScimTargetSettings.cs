namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>
/// The switches of a SCIM target, which may be changed while it runs. As they start, it keeps to RFC 7644; <see cref="ScimVendors"/> has
/// those of vendors.
/// </summary>
public sealed record ScimTargetSettings
{
    /// <summary>A PATCH that names more members is answered 400.</summary>
    public int MaxMembersPerPatch { get; init; } = int.MaxValue;

    /// <summary>The most resources on a page, and their number when the client does not say.</summary>
    public int MaxPageSize { get; init; } = 200;

    /// <summary>The number of resources on a page when the client does not say; null: as many as fit.</summary>
    public int? DefaultPageSize { get; init; }

    /// <summary>More calls in one second are answered 429; null: no limit.</summary>
    public int? LimitPerSecond { get; init; }

    /// <summary>The product forgets personal tokens when an account is disabled: they go on working.</summary>
    public bool PersonalTokensOutlive { get; init; }

    /// <summary>A longer request is answered 413.</summary>
    public int MaxRequestBytes { get; init; } = int.MaxValue;

    /// <summary>What it says of itself.</summary>
    public ScimSelfDescription Describes { get; init; }

    /// <summary>Whether users may be patched; 501 otherwise.</summary>
    public bool UserPatch { get; init; } = true;

    /// <summary>Whether users may be replaced; 405 otherwise.</summary>
    public bool UserPut { get; init; } = true;

    /// <summary>Whether groups may be patched; 501 otherwise.</summary>
    public bool GroupPatch { get; init; } = true;

    /// <summary>Whether groups may be replaced; 405 otherwise.</summary>
    public bool GroupPut { get; init; } = true;

    /// <summary>Whether a PATCH may replace or remove all members; 400 otherwise.</summary>
    public bool ReplacesMembers { get; init; } = true;

    /// <summary>Whether a path may select values with a filter; 400 otherwise.</summary>
    public bool PathFilters { get; init; } = true;

    /// <summary>Whether a PATCH names members in an object that has them as its own members; 400 otherwise.</summary>
    public bool NestedMembers { get; init; }

    /// <summary>Whether a group that is read shows its members.</summary>
    public bool ReturnsMembers { get; init; } = true;

    /// <summary>What becomes of a user that is deleted.</summary>
    public ScimDeletion UserDeletion { get; init; }

    /// <summary>The attributes that users can be filtered by, another is answered 400; null: all that the sandbox knows.</summary>
    public IReadOnlyList<string>? UserFilters { get; init; }

    /// <summary>The attributes that groups can be filtered by, another is answered 400; null: all that the sandbox knows.</summary>
    public IReadOnlyList<string>? GroupFilters { get; init; }

    /// <summary>Whether filters are not looked at, so that everybody comes back.</summary>
    public bool IgnoresFilters { get; init; }

    /// <summary>Attributes of users that may hold one value; more are answered 400.</summary>
    public IReadOnlyList<string> SingleValued { get; init; } = [];

    /// <summary>Attributes that a user may not have; 400.</summary>
    public IReadOnlyList<string> Refused { get; init; } = [];

    /// <summary>Attributes that a user must have, as name or name.sub; 400.</summary>
    public IReadOnlyList<string> Required { get; init; } = [];

    /// <summary>Whether a call without User-Agent is answered 403.</summary>
    public bool WantsUserAgent { get; init; }

    /// <summary>What bodies must say they are; another is answered 415; null: anything.</summary>
    public string? ContentType { get; init; }

    /// <summary>How lists are read page by page.</summary>
    public ScimPages Pages { get; init; }

    /// <summary>Whether resources have versions, and If-Match is heeded.</summary>
    public bool ETags { get; init; } = true;

    /// <summary>Whether collections are /users and /groups, and a list has resources.</summary>
    public bool LowerCase { get; init; }

    /// <summary>Whether identifiers are numbers, as JSON writes them.</summary>
    public bool NumericIds { get; init; }

    /// <summary>Whether a PATCH is answered with an empty object.</summary>
    public bool EmptyPatchAnswers { get; init; }

    /// <summary>What the body of an error looks like.</summary>
    public ScimErrorShape Errors { get; init; }

    /// <summary>Says what is wrong, or null.</summary>
    public string? Fault() =>
        MaxMembersPerPatch < 1 ? "maxMembersPerPatch must be at least 1."
        : MaxPageSize < 1 ? "maxPageSize must be at least 1."
        : DefaultPageSize < 1 ? "defaultPageSize must be at least 1."
        : LimitPerSecond < 1 ? "limitPerSecond must be at least 1."
        : MaxRequestBytes < 1 ? "maxRequestBytes must be at least 1."
        : null;
}
