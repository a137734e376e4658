using System.Globalization;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part G3: startIndex and count (RFC 7644 §3.4.2.4).</summary>
internal static class IndexPaging
{
    private const Feature Both = Feature.Filter | Feature.Index;

    [Clause("7644-3.4.2.4-01", Needs = Both)]
    public static async Task StartIndex(Trial t)
    {
        var first = await Page(t, null, "2");
        foreach (var start in new[] { "1", "0", "-5" })
        {
            var page = await Page(t, start, "2");
            Check.Same(string.Join(' ', first.Ids), string.Join(' ', page.Ids), $"resources with startIndex={start}");
            Check.Same(1, page.Body.Number("startIndex"), $"startIndex in the answer to startIndex={start}");
        }
        var word = await t.List(t.Users, ("startIndex", "two"));
        if (t.OwnChoices)
            word.IsError(400, "invalidValue");
        else
            word.Is(200, 400);
    }

    [Clause("7644-3.4.2.4-02", Needs = Both)]
    public static async Task Count_zero_and_less(Trial t)
    {
        foreach (var count in new[] { "0", "-3" })
        {
            var page = await Page(t, null, count);
            Check.Same(5, page.Total, $"totalResults with count={count}");
            Check.Same(0, page.Resources.Count, $"resources with count={count}");
            Check.That(page.Body.Number("itemsPerPage") is null or 0, $"itemsPerPage with count={count} must be 0");
        }
        (await t.List(t.Users, ("count", "many"))).Is(t.OwnChoices ? [400] : [200, 400]);
    }

    [Clause("7644-3.4.2.4-03", Needs = Both)]
    public static async Task Never_more_than_count(Trial t)
    {
        foreach (var count in new[] { 1, 2, 4 })
        {
            var page = await Page(t, "1", count.ToString(CultureInfo.InvariantCulture));
            Check.That(
                page.Resources.Count <= count,
                string.Create(CultureInfo.InvariantCulture, $"count={count} gave {page.Resources.Count} resources"));
            Check.That(page.Resources.Count > 0, "a page of a list with five resources is empty");
        }
    }

    [Clause("7644-3.4.2.4-04", Needs = Both)]
    public static async Task ItemsPerPage_and_total(Trial t)
    {
        foreach (var (start, count, items) in new[] { ("1", "2", 2), ("2", "3", 3), ("4", "4", 2), ("5", "9", 1) })
        {
            var page = await Page(t, start, count);
            var what = $" of startIndex={start}&count={count} over five resources";
            Check.Same(items, page.Resources.Count, "resources" + what);
            Check.Same(items, page.Body.Number("itemsPerPage"), "itemsPerPage" + what);
            Check.Same(5, page.Total, "totalResults" + what);
            Check.Same(start, page.Body.Number("startIndex")?.ToString(CultureInfo.InvariantCulture), "startIndex" + what);
        }
    }

    [Clause("7644-3.4.2.4-05", Needs = Both)]
    public static async Task Beyond_the_end(Trial t)
    {
        var page = await Page(t, "999", "5");
        Check.Same(5, page.Total, "totalResults beyond the end");
        Check.Same(0, page.Resources.Count, "resources beyond the end");
        Check.That(page.Body.Number("itemsPerPage") is null or 0, "itemsPerPage beyond the end must be 0");
        if (t.OwnChoices)
            Check.Same(999, page.Body.Number("startIndex"), "startIndex beyond the end, echoed");
        await Page(t, "2147483647", "5");
    }

    [Clause("7644-3.4.2.4-07", Needs = Both)]
    public static async Task Stable_without_sorting(Trial t)
    {
        var people = await t.People();
        var seen = new List<string>();
        for (var start = 1; start <= 5; start++)
            seen.AddRange((await Page(t, start.ToString(CultureInfo.InvariantCulture), "1")).Ids);
        Check.SameSet(people.All.Values.Select(p => p.Id), seen, "ids on five pages of one");
    }

    private static async Task<Answer> Page(Trial t, string? start, string count)
    {
        var people = await t.People();
        (string, string)[] query = [("filter", await people.Alone(t)), ("count", count)];
        return (await t.List(t.Users, start is null ? query : [.. query, ("startIndex", start)])).IsList();
    }
}
