namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>Watches that pages go on without a gap: the total stays the same, no cursor comes again, and all that was promised came.</summary>
internal sealed class PageWatch(string feed)
{
    /// <summary>More pages than this are a loop that no cursor shows.</summary>
    private const int MaxPages = 1_000_000;

    private readonly HashSet<string> _cursors = new(StringComparer.Ordinal);
    private long? _total;
    private int _pages;

    /// <summary>How many items came.</summary>
    public long Items { get; private set; }

    /// <summary>Notes a page: how many items are on it, and how many there are to be on all pages, where the system says.</summary>
    public void Page(long items, long? total)
    {
        Items += items;
        if (++_pages > MaxPages)
            throw Broken("there is no end to the pages");
        if (_pages > 1 && total is not null && _total is not null && total != _total)
            throw Broken($"the total changed from {_total} to {total} while the pages were read");
        _total ??= total;
        if (Items > _total)
            throw Broken($"{Items} items came, and the total is {_total}");
    }

    /// <summary>Notes where the next page is.</summary>
    public void Next(string cursor)
    {
        if (!_cursors.Add(cursor))
            throw Broken("a cursor came again");
    }

    /// <summary>Notes that there is no further page.</summary>
    public Completeness End()
    {
        if (_total is null)
            return Completeness.LastPage;
        return Items == _total ? Completeness.Counted : throw Broken($"{Items} items came, and the total is {_total}");
    }

    public FeedException Broken(string how) => new($"{feed}: the feed is not whole: {how}. Nothing was taken in.");
}
