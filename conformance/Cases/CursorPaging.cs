using System.Globalization;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part N1: paging by cursor (RFC 9865).</summary>
internal static class CursorPaging
{
    private const Feature Both = Feature.Cursor | Feature.Filter;

    [Clause("9865-2-01", Needs = Both)]
    public static async Task Empty_cursor_starts(Trial t)
    {
        var people = await t.People();
        var filter = "&count=2&filter=" + Uri.EscapeDataString($"userName sw \"{people.Tag}\"");
        foreach (var start in new[] { "cursor", "cursor=" })
        {
            var page = (await t.Get($"{t.Users}?{start}{filter}")).IsList();
            var next = page.Body.Text("nextCursor");
            Check.That(next is { Length: > 0 }, $"the first page by ?{start} must have a nextCursor, as there are more");
            Check.That(
                next.All(c => char.IsAsciiLetterOrDigit(c) || "-._~".Contains(c, StringComparison.Ordinal)),
                $"nextCursor {next} holds characters that a URI must escape");
        }
    }

    [Clause("9865-2-02", Needs = Both)]
    public static async Task Next_leads_to_the_end(Trial t)
    {
        var people = await t.People();
        var seen = new List<string>();
        string? cursor = "";
        for (var page = 0; cursor is not null && page < 20; page++)
        {
            var answer = await Page(t, cursor, "2");
            Check.That(answer.Resources.Count <= 2, "a page of count=2 holds more than two");
            seen.AddRange(answer.Ids);
            cursor = answer.Body.Text("nextCursor");
        }
        Check.That(cursor is null, "nextCursor never ended");
        Check.SameSet(people.All.Values.Select(p => p.Id), seen, "ids on all pages together");
    }

    [Clause("9865-2-03", Needs = Both)]
    public static async Task No_previous_on_the_first(Trial t)
    {
        var first = await Page(t, "", "2");
        Check.That(!first.Body.Has("previousCursor"), "the first page must not have a previousCursor");
        var second = await Page(t, first.Body.Text("nextCursor") ?? "", "2");
        if (second.Body.Text("previousCursor") is { } back)
            Check.Same(string.Join(' ', first.Ids), string.Join(' ', (await Page(t, back, "2")).Ids), "ids of the page before the second");
    }

    [Clause("9865-2-04", Needs = Both)]
    public static async Task Shape_of_a_page(Trial t)
    {
        var page = await Page(t, "", "2");
        Check.Same(page.Resources.Count, page.Body.Number("itemsPerPage"), "itemsPerPage");
        Check.That(!page.Body.Has("startIndex"), "a cursor page must not have a startIndex");
        if (page.Body.Has("totalResults") || t.OwnChoices)
            Check.Same(5, page.Total, "totalResults");
    }

    [Clause("9865-2-05", Needs = Both)]
    public static async Task Cursor_is_bound_to_its_parameters(Trial t)
    {
        var cursor = (await Page(t, "", "2")).Body.Text("nextCursor") ?? "";
        var other = await t.List(t.Users, ("cursor", cursor), ("count", "2"), ("filter", "userName sw \"someone-else\""));
        other.IsError(400, "invalidCursor", "invalidValue");
        var people = await t.People();
        var count = await t.List(t.Users, ("cursor", cursor), ("count", "3"), ("filter", $"userName sw \"{people.Tag}\""));
        if (t.OwnChoices)
            count.IsError(400, "invalidCount");
        else if (count.Status != 200)
            count.IsError(400, "invalidCount", "invalidCursor");
    }

    [Clause("9865-2-06", Needs = Both)]
    public static async Task Count_zero_and_less(Trial t)
    {
        foreach (var count in new[] { "0", "-1" })
        {
            var people = await t.People();
            var answer = await t.List(t.Users, ("cursor", ""), ("count", count), ("filter", $"userName sw \"{people.Tag}\""));
            // The RFC contradicts itself on negative counts: its table wants invalidCount, its prose zero.
            if (count == "-1" && !t.OwnChoices && answer.Status == 400)
            {
                answer.IsError(400, "invalidCount");
                continue;
            }
            answer.IsList();
            Check.Same(0, answer.Resources.Count, $"resources with count={count}");
            if (answer.Body.Has("totalResults"))
                Check.Same(5, answer.Total, $"totalResults with count={count}");
        }
        var huge = await t.List(t.Users, ("cursor", ""), ("count", "1000000"));
        if (huge.Status == 400 && !t.OwnChoices)
            huge.IsError(400, "invalidCount");
        else
            Check.That(huge.IsList().Resources.Count <= t.Server.MaxPage, "a page holds more than pagination.maxPageSize");
    }

    [Clause("9865-2.1-01", Needs = Both)]
    public static async Task Forged_cursor(Trial t)
    {
        var cursor = (await Page(t, "", "2")).Body.Text("nextCursor") ?? "x";
        var flipped = (cursor[0] == 'A' ? 'B' : 'A') + cursor[1..];
        foreach (var forged in new[] { "garbage", flipped, cursor + "x", cursor[..^1], "..", "AAAAAAAAAAAAAAAAAAAA" })
        {
            var people = await t.People();
            (await t.List(
                t.Users, ("cursor", forged), ("count", "2"), ("filter", $"userName sw \"{people.Tag}\""))).IsError(400, "invalidCursor");
        }
        (await t.List(t.Users, ("cursor", ""), ("count", "many"))).IsError(400, "invalidCount", "invalidValue");
    }

    [Clause("9865-2.2-01", Needs = Both | Feature.Sort)]
    public static async Task Sorted_pages(Trial t)
    {
        var people = await t.People();
        var seen = new List<string>();
        string? cursor = "";
        for (var page = 0; cursor is not null && page < 20; page++)
        {
            var answer = (await t.List(
                t.Users,
                ("cursor", cursor), ("count", "2"), ("filter", $"userName sw \"{people.Tag}\""), ("sortBy", "userName"), ("sortOrder", "descending"))).IsList();
            seen.AddRange(answer.Ids);
            cursor = answer.Body.Text("nextCursor");
        }
        Check.Same(
            string.Join(' ', people.All.OrderByDescending(p => p.Key, StringComparer.Ordinal).Select(p => p.Value.Id)),
            string.Join(' ', seen),
            "ids on sorted pages");
    }

    [Clause("9865-2.3-01", Needs = Both)]
    public static async Task Cursor_only_server(Trial t)
    {
        if (t.Server.Config.Flag("pagination.index") != false)
            Trial.NotTested("the server pages by index too, so it need not give a cursor unasked");
        var people = await t.People();
        var page = (await t.List(t.Users, ("count", "2"), ("filter", $"userName sw \"{people.Tag}\""))).IsList();
        Check.That(
            page.Body.Text("nextCursor") is { Length: > 0 },
            "a server without index paging must give a nextCursor unasked, or nobody gets to the next page");
    }

    [Clause("9865-2.4-01", Needs = Both)]
    public static async Task Both_methods(Trial t)
    {
        t.Needs(Feature.Index);
        var people = await t.People();
        var filter = ("filter", $"userName sw \"{people.Tag}\"");
        var method = t.Server.Config.Text("pagination.defaultPaginationMethod");
        var plain = (await t.List(t.Users, filter, ("count", "2"))).IsList();
        if (method is not null)
            Check.That(
                (method == "cursor") == plain.Body.Has("nextCursor"),
                $"defaultPaginationMethod is {method}, but a plain request is answered otherwise");
        if (t.OwnChoices)
            Check.Same("index", method, "pagination.defaultPaginationMethod");
        Check.That(
            (await t.List(t.Users, filter, ("count", "2"), ("startIndex", "1"))).IsList().Body.Has("startIndex"),
            "startIndex asks for index paging");
        var both = await t.List(t.Users, filter, ("count", "2"), ("startIndex", "1"), ("cursor", ""));
        if (t.OwnChoices)
            both.IsError(400, "invalidValue");
        both.Is(200, 400);
    }

    [Clause("9865-3-01", Needs = Both)]
    public static async Task Search_takes_a_cursor(Trial t)
    {
        var people = await t.People();
        var filter = Json.Quote($"userName sw \"{people.Tag}\"");
        var first = (await t.Search(t.Users, $$"""{"filter":{{filter}},"count":3,"cursor":""}""")).OrLacks("POST .search").IsList();
        var next = first.Body.Text("nextCursor");
        Check.That(next is { Length: > 0 }, "a .search with an empty cursor must give a nextCursor");
        var second = (await t.Search(t.Users, $$"""{"filter":{{filter}},"count":3,"cursor":"{{next}}"}""")).IsList();
        Check.SameSet(people.All.Values.Select(p => p.Id), first.Ids.Concat(second.Ids), "ids on both pages");
        Check.That(!second.Body.Has("nextCursor"), "the last page must not have a nextCursor");
    }

    [Clause("9865-4-01")]
    public static async Task Pagination_is_declared(Trial t)
    {
        var config = (await t.Get("/ServiceProviderConfig")).Is(200).Body;
        if (!config.Has("pagination"))
            Trial.NotSupported("ServiceProviderConfig has no pagination");
        Check.That(config.Flag("pagination.cursor") is not null, "pagination.cursor must be a boolean");
        Check.That(config.Flag("pagination.index") is not null, "pagination.index must be a boolean");
        Check.That(
            config.Text("pagination.defaultPaginationMethod") is null or "cursor" or "index",
            "pagination.defaultPaginationMethod must be cursor or index");
        foreach (var name in new[] { "defaultPageSize", "maxPageSize", "cursorTimeout" })
            Check.That(
                config["pagination"]![name] is null || config.Number("pagination." + name) is > 0,
                $"pagination.{name} must be a positive whole number");
        if (t.OwnChoices)
            Check.That(
                t.Server.Attribute(Urn.ServiceProviderConfig, "pagination.cursor") is not null || !t.Server.Schemas.ContainsKey(Urn.ServiceProviderConfig),
                "the schema of ServiceProviderConfig must list pagination");
    }

    [Clause("9865-5-01", Needs = Both, Also = ["9865-5-02"])]
    public static async Task Cursor_of_another_client(Trial t)
    {
        if ((t.Settings.ClientToken ?? t.Settings.OtherToken) is null)
            Trial.NotTested("needs --client-token, a token of another client");
        var people = await t.People();
        var cursor = (await Page(t, "", "2")).Body.Text("nextCursor") ?? "";
        var query = $"{t.Users}?count=2&filter={Uri.EscapeDataString($"userName sw \"{people.Tag}\"")}&cursor=";
        var stolen = (await t.Send(new Call("GET", query + cursor) { Credential = Credential.Client })).IsError(400, "invalidCursor");
        var forged = (await t.Send(new Call("GET", query + "garbage") { Credential = Credential.Client })).IsError(400, "invalidCursor");
        Check.Same(
            forged.Body.Text("detail"),
            stolen.Body.Text("detail"),
            "detail for a stolen cursor against that for one that never was");
    }

    [Clause("9865-5-03", Needs = Both)]
    public static async Task Changes_between_pages(Trial t)
    {
        var tag = t.Name();
        var users = new List<Made>();
        for (var i = 0; i < 6; i++)
            users.Add(await t.NewUser(userName: string.Create(CultureInfo.InvariantCulture, $"{tag}-{i * 2}@{t.Settings.UserDomain}")));
        var filter = $"userName sw \"{tag}\"";
        var first = (await t.List(t.Users, ("cursor", ""), ("count", "2"), ("filter", filter))).IsList();
        // One that was seen goes, and a new one comes: neither may shift the window over the others.
        (await t.Delete(users.First(u => first.Ids.Contains(u.Id, StringComparer.Ordinal)).Path)).Is(204);
        var late = await t.NewUser(userName: $"{tag}-1@{t.Settings.UserDomain}");
        var seen = first.Ids.ToList();
        var cursor = first.Body.Text("nextCursor");
        for (var page = 0; cursor is not null && page < 20; page++)
        {
            var answer = (await t.List(t.Users, ("cursor", cursor), ("count", "2"), ("filter", filter))).IsList();
            seen.AddRange(answer.Ids);
            cursor = answer.Body.Text("nextCursor");
        }
        Check.SameSet(
            users.Select(u => u.Id),
            seen.Where(id => id != late.Id),
            "ids on all pages, each once, whatever was deleted and added between them");
    }

    private static async Task<Answer> Page(Trial t, string cursor, string count)
    {
        var people = await t.People();
        return (await t.List(t.Users, ("cursor", cursor), ("count", count), ("filter", await people.Alone(t)))).IsList();
    }
}
