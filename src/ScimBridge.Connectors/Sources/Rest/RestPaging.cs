namespace ScimBridge.Connectors.Sources.Rest;

/// <summary>How the interface goes on from one page to the next.</summary>
public enum RestPagingKind
{
    /// <summary>All records are in one answer.</summary>
    None = 0,

    /// <summary>By the number of the page.</summary>
    Page,

    /// <summary>By the number of records before the page.</summary>
    Offset,

    /// <summary>By a text in the answer that the next call repeats.</summary>
    Cursor,

    /// <summary>By the address in the answer's <c>Link</c> header with <c>rel="next"</c> (RFC 8288).</summary>
    Link,

    /// <summary>By an address in the answer.</summary>
    NextUrl,
}

/// <summary>How records are spread over pages.</summary>
public sealed class RestPaging
{
    /// <summary>How the interface goes on.</summary>
    public RestPagingKind Kind { get; set; }

    /// <summary>page, offset, cursor: the query parameter.</summary>
    public string? Parameter { get; set; }

    /// <summary>The query parameter of the size of a page.</summary>
    public string? SizeParameter { get; set; }

    /// <summary>How many records a page has.</summary>
    public int Size { get; set; } = 100;

    /// <summary>page: the number of the first page.</summary>
    public int First { get; set; } = 1;

    /// <summary>cursor, nextUrl: where it stands in the answer, as a path of members.</summary>
    public string? Next { get; set; }

    internal IEnumerable<ConfigurationFault> Faults()
    {
        if (Kind is RestPagingKind.Page or RestPagingKind.Offset or RestPagingKind.Cursor && string.IsNullOrWhiteSpace(Parameter))
            yield return new("paging.parameter", "The query parameter is required for this kind of paging.");
        if (Kind is RestPagingKind.Cursor or RestPagingKind.NextUrl && string.IsNullOrWhiteSpace(Next))
            yield return new("paging.next", "Where the answer says how to go on is required for this kind of paging.");
        if (Size is < 1 or > 100_000)
            yield return new("paging.size", "A page has between 1 and 100,000 records.");
    }
}
