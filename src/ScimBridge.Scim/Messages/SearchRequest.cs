namespace ScimBridge.Scim.Messages;

/// <summary>What a query asks for, whether it came in a URL or in the body of <c>/.search</c> (RFC 7644 3.4.2, 3.4.3, RFC 9865 2).</summary>
public sealed record SearchRequest
{
    public IReadOnlyList<string> Attributes { get; init; } = [];

    public IReadOnlyList<string> ExcludedAttributes { get; init; } = [];

    /// <summary>The filter; empty text is a filter too, and a faulty one.</summary>
    public string? Filter { get; init; }

    public string? SortBy { get; init; }

    /// <summary>Whether <c>sortOrder</c> is descending; without <see cref="SortBy"/> it means nothing.</summary>
    public bool Descending { get; init; }

    /// <summary>From 1; null when the request does not say, which means 1.</summary>
    public int? StartIndex { get; init; }

    /// <summary>From 0, where 0 asks for the total alone; null when the request does not say.</summary>
    public int? Count { get; init; }

    /// <summary>A cursor of the server; empty for the first page by cursor; null when the request does not page by cursor.</summary>
    public string? Cursor { get; init; }
}
