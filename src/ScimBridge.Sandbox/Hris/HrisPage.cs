namespace ScimBridge.Sandbox.Hris;

/// <summary>One page of a list, with whatever the switches make of it.</summary>
/// <param name="Items">The records on it.</param>
/// <param name="Total">How many there are said to be on all pages.</param>
/// <param name="Next">How many records lie before the next page; null on the last.</param>
internal sealed record HrisPage<T>(IReadOnlyList<T> Items, int Total, int? Next)
{
    public static HrisPage<T> Of(IReadOnlyList<T> all, int from, int size, HrisSettings settings)
    {
        size = Math.Clamp(size, 1, settings.MaxPageSize);
        var items = all.Skip(from).Take(size).ToList();
        if (from > 0 && settings.SkipItem && items.Count > 0)
            items.RemoveAt(0);
        if (from > 0 && settings.RepeatItem && items.Count > 0)
            items[0] = all[from - 1];
        var next = from + size < all.Count ? from + size : (int?)null;
        if (settings.CursorLoops && from > 0)
            next = from;
        return new(items, all.Count + settings.TotalOff + (settings.TotalMoves ? from / size : 0), next);
    }
}
