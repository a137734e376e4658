using ScimBridge.Scim.Schemas;

namespace ScimBridge.Storage.Queries;

/// <summary>A page of resources to be found.</summary>
public sealed record ResourceQuery
{
    /// <summary>All resource types that there are, and not only those that are asked for: members can be of any.</summary>
    public required SchemaCatalog Catalog { get; init; }

    /// <summary>The URL that the locations of resources begin with, for filters on locations.</summary>
    public required string BaseUrl { get; init; }

    /// <summary>What is asked for: one type, or several in one page (RFC 7644 3.4.2.1), each type once.</summary>
    public required IReadOnlyList<ResourceSelection> Selections { get; init; }

    /// <summary>Whether what is sorted is sorted in descending order.</summary>
    public bool Descending { get; init; }

    /// <summary>The 1-based index of the first resource of the page; below 1 is 1 (RFC 7644 3.4.2.4).</summary>
    public long StartIndex { get; init; } = 1;

    /// <summary>Where the page before this one ended; then <see cref="StartIndex"/> says nothing.</summary>
    public PagePosition? After { get; init; }

    /// <summary>The most resources on the page; 0 or less for none.</summary>
    public required int Count { get; init; }

    /// <summary>Whether the number of all matches is needed.</summary>
    public bool NeedsTotal { get; init; }
}
