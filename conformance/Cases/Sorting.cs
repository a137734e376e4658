using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part G2: sortBy and sortOrder (RFC 7644 §3.4.2.3).</summary>
internal static class Sorting
{
    [Clause("7644-3.4.2.3-01")]
    public static async Task Sorting_or_ignoring(Trial t)
    {
        (await t.List(t.Users, ("sortBy", "userName"), ("sortOrder", "descending"), ("count", "2"))).IsList();
        if (t.Server.Lacks(Feature.Sort) is { } reason)
            Trial.NotSupported(reason);
        await Order(t, "userName", "", "ann bob cid dee eve");
    }

    [Clause("7644-3.4.2.3-02", Needs = Feature.Sort | Feature.Filter)]
    public static async Task Ascending_unless_descending(Trial t)
    {
        await Order(t, "userName", "", "ann bob cid dee eve");
        await Order(t, "userName", "ascending", "ann bob cid dee eve");
        await Order(t, "userName", "descending", "eve dee cid bob ann");
        var odd = await t.List(t.Users, ("sortBy", "userName"), ("sortOrder", "sideways"));
        if (t.OwnChoices)
            odd.IsError(400, "invalidValue");
        else
            odd.Is(200, 400);
    }

    [Clause("7644-3.4.2.3-03", Needs = Feature.Sort | Feature.Filter, Uses = "emails.primary")]
    public static async Task Primary_or_first_value(Trial t)
    {
        // Sorted by ann@…alpha (primary), bob@…alpha (primary, listed second), cid@…gamma, dee@…alpha (first).
        await Order(t, "emails.value", "", "ann bob cid dee", "emails pr");
        await Order(t, "emails", "descending", "dee cid bob ann", "emails pr");
        await Order(t, "name.familyName", "", "cid ann bob", "name.familyName pr");
        (await t.List(t.Users, ("sortBy", "name"), ("count", "1"))).Is(t.OwnChoices ? [400] : [200, 400]);
    }

    [Clause(
        "7644-3.4.2.3-03/primary",
        Title = "The primary value sorts, wherever it stands in the array",
        Needs = Feature.Sort | Feature.Filter,
        Uses = "emails.primary")]
    public static async Task Primary_wherever_it_stands(Trial t)
    {
        var tag = t.Name();
        var late = await t.NewUser($$"""{"displayName":"{{tag}}","emails":[{"value":"a@{{tag}}.example","type":"home"},{"value":"z@{{tag}}.example","type":"work","primary":true}]}""");
        var middle = await t.NewUser($$"""{"displayName":"{{tag}}","emails":[{"value":"m@{{tag}}.example","type":"work","primary":true}]}""");
        var list = (await t.List(t.Users, ("filter", $"displayName eq {Json.Quote(tag)}"), ("sortBy", "emails.value"))).IsList();
        Check.Same(middle.Id + " " + late.Id, string.Join(' ', list.Ids), "order by emails.value, m before the primary z");
    }

    [Clause("7644-3.4.2.3-04", Needs = Feature.Sort | Feature.Filter, Uses = "title")]
    public static async Task Without_a_value(Trial t)
    {
        var up = await Ordered(t, "title", "ascending");
        Check.Same("ann bob dee", string.Join(' ', up.Take(3)), "ascending by title: those with a title first");
        Check.SameSet(["cid", "eve"], up.Skip(3), "ascending by title: those without last");
        var down = await Ordered(t, "title", "descending");
        Check.SameSet(["cid", "eve"], down.Take(2), "descending by title: those without first");
        Check.Same("dee bob ann", string.Join(' ', down.Skip(2)), "descending by title: the others after them");
    }

    [Clause("7644-3.4.2.3-05", Needs = Feature.Sort | Feature.Filter)]
    public static async Task Order_by_type_and_case(Trial t)
    {
        // Ann, bob, Cid, eve: by code point "bob" and "eve" would come last.
        await Order(t, "displayName", "", "ann bob cid eve", "not (title ew \"Zoo\")");
        // externalId keeps letter case: -Ext-A (E is 0x45) before -ext-a (e is 0x65). Other collations put e before E.
        if (t.OwnChoices)
            await Order(t, "externalId", "", "ann bob", "externalId pr");
        var people = await t.People();
        if (people.All.Values.Select(p => p.Body.Text("meta.created")).Distinct(StringComparer.Ordinal).Count() < people.All.Count)
            return;
        await Order(t, "meta.created", "", "ann bob cid dee eve");
        await Order(t, "meta.created", "descending", "eve dee cid bob ann");
    }

    [Clause("7644-3.4.2.3-06", Needs = Feature.Sort | Feature.Filter)]
    public static async Task Sorted_before_paged(Trial t)
    {
        var people = await t.People();
        var seen = new List<string>();
        for (var start = 1; start <= 5; start += 2)
        {
            var page = (await t.List(
                t.Users,
                ("filter", $"userName sw \"{people.Tag}\""), ("sortBy", "userName"), ("sortOrder", "descending"),
                ("startIndex", start.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("count", "2"))).IsList();
            seen.AddRange(page.Ids);
        }
        Check.Same(
            string.Join(' ', people.All.OrderByDescending(p => p.Key, StringComparer.Ordinal).Select(p => p.Value.Id)),
            string.Join(' ', seen),
            "three sorted pages after each other");
        var first = await Ordered(t, "active", "ascending");
        Check.Same(string.Join(' ', first), string.Join(' ', await Ordered(t, "active", "ascending")), "the same sort again, with ties");
    }

    [Clause("7644-3.4.2.3-07", Needs = Feature.Sort)]
    public static async Task Unknown_sort_attribute(Trial t)
    {
        foreach (var name in new[] { "noSuchAttribute", "password" })
        {
            var answer = await t.List(t.Users, ("sortBy", name), ("count", "1"));
            if (t.OwnChoices)
                answer.IsError(400, "invalidValue");
            answer.Is(200, 400);
        }
        (await t.List(t.Users, ("sortOrder", "descending"), ("count", "1"))).IsList();
    }

    private static async Task Order(Trial t, string sortBy, string sortOrder, string expected, string? among = null) =>
        Check.Same(expected, string.Join(' ', await Ordered(t, sortBy, sortOrder, among)), $"order by {sortBy} {sortOrder}".TrimEnd());

    private static async Task<IReadOnlyList<string>> Ordered(Trial t, string sortBy, string sortOrder, string? among = null)
    {
        t.Needs(Feature.Filter);
        var people = await t.People();
        var alone = await people.Alone(t);
        var filter = among is null ? alone : people.Within(among);
        (string, string)[] query = [("filter", filter), ("sortBy", sortBy), ("count", "50")];
        var list = (await t.List(t.Users, sortOrder.Length == 0 ? query : [.. query, ("sortOrder", sortOrder)])).IsList();
        return [.. list.Ids.Select(id => people.All.FirstOrDefault(p => p.Value.Id == id).Key ?? "?")];
    }
}
