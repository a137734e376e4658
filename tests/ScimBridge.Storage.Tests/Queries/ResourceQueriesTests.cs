using ScimBridge.Fixtures;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Queries;
using SortKey = ScimBridge.Scim.Filters.SortKey;

namespace ScimBridge.Storage.Tests.Queries;

public sealed class ResourceQueriesTests
{
    private static readonly SchemaCatalog Catalog = SchemaCatalog.Default;

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Index_pages_tell_the_total_and_end(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        Assert.Equal(("1u 3u", 4, "3u"), await ShownAsync(test, Users() with { Count = 2, StartIndex = -5 }));
        Assert.Equal(("5u 7u", 4, null), await ShownAsync(test, Users() with { Count = 2, StartIndex = 3 }));
        Assert.Equal(("7u", 4, null), await ShownAsync(test, Users() with { Count = 2, StartIndex = 4 }));
        Assert.Equal(("", 4, null), await ShownAsync(test, Users() with { Count = 2, StartIndex = 5 }));
        Assert.Equal(("", 4, null), await ShownAsync(test, Users() with { Count = 0 }));
        Assert.Equal(("", 4, null), await ShownAsync(test, Users() with { Count = -1 }));
        Assert.Equal(("1u 3u", (long?)null, "3u"), await ShownAsync(test, Users() with { Count = 2, NeedsTotal = false }));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Position_survives_what_is_inserted_and_deleted_between_pages(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        var first = await PageAsync(test, Users() with { Count = 2 });
        var changes = Write.Changes();
        changes.Deletes.AddRange([Write.Delete(Catalog.User, "1u", 1, []), Write.Delete(Catalog.User, "3u", 1, [])]);
        changes.Resources.Add(Write.Create(Catalog.User, "0u", Write.Body(("userName", "new"))));
        changes.Resources.Add(Write.Create(Catalog.User, "9u", Write.Body(("userName", "newest"))));
        await test.Database.CommitAsync(changes);
        Assert.Equal(("5u 7u 9u", 4, null), await ShownAsync(test, Users() with { Count = 3, After = first.Next }));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Several_types_come_in_one_page(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        var all = Users() with { Selections = [new(Catalog.User), new(Catalog.Group)], Count = 3 };
        Assert.Equal(("1u 2g 3u", 6, "3u"), await ShownAsync(test, all));
        Assert.Equal(("4g 5u 7u", 6, null), await ShownAsync(test, all with { After = new PagePosition("3u") }));
        Assert.Equal(("4g 5u 7u", 6, null), await ShownAsync(test, all with { StartIndex = 4 }));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Filter_over_several_types_means_no_value_where_the_attribute_is_unknown(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        async Task<string> Find(string filter)
        {
            var filters = FilterParser.ParseForEach(filter, [Catalog.User, Catalog.Group], ClientProfile.Strict);
            var page = await PageAsync(test, Users() with { Selections = [.. filters.Select(f => new ResourceSelection(f.Key, f.Value))] });
            Assert.Equal(page.Rows.Count, page.Total);
            return Ids(page);
        }

        Assert.Equal("1u", await Find("userName eq \"ann\""));
        Assert.Equal("1u 2g", await Find("userName eq \"ann\" or displayName eq \"staff\""));
        Assert.Equal("2g 3u 4g 5u 7u", await Find("not (userName eq \"ann\")"));
        Assert.Equal("2g 4g", await Find("meta.resourceType eq \"Group\""));
        Assert.Equal("2g 4g", await Find("not (userName pr)"));
        Assert.Equal("1u 2g 3u 4g 5u 7u", await Find("userName ne \"x\""));
        Assert.Equal("", await Find("members.value eq \"3u\" and userName pr"));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Several_types_are_sorted_together(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        var sorted = Users() with
        {
            Selections = [.. ((ResourceType[])[Catalog.User, Catalog.Group]).Select(t => new ResourceSelection(t, null, SortKey.Parse("displayName", t, ClientProfile.Strict)))],
        };
        // Ann Archer, cy, Others, Staff; bob and dora have no display name.
        Assert.Equal(("1u 5u 4g 2g 3u 7u", 6, null), await ShownAsync(test, sorted));
        Assert.Equal(("7u 3u 2g 4g 5u 1u", 6, null), await ShownAsync(test, sorted with { Descending = true }));
        var userNameOnly = sorted with
        {
            Selections = [new(Catalog.User, null, SortKey.Parse("userName", Catalog.User, ClientProfile.Strict)), new(Catalog.Group)],
        };
        Assert.Equal(("1u 3u 5u 7u 2g 4g", 6, null), await ShownAsync(test, userNameOnly));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Key_of_a_position_that_fits_no_attribute_is_refused(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        var sorted = Users() with { Selections = [new(Catalog.User, null, SortKey.Parse("meta.created", Catalog.User, ClientProfile.Strict))] };
        await Assert.ThrowsAsync<FormatException>(() => PageAsync(test, sorted with { After = new PagePosition("1u", "yesterday") }));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Values_in_filters_and_positions_stay_values(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        const string text = "'; DROP TABLE resource; --";
        var filter = FilterParser.Parse($"userName eq \"{text}\" or title co \"{text}\"", Catalog.User, ClientProfile.Strict);
        Assert.Equal(("", 0, null), await ShownAsync(test, Users() with { Selections = [new(Catalog.User, filter)] }));
        Assert.Equal(("1u 3u 5u 7u", 4, null), await ShownAsync(test, Users() with { After = new PagePosition(text) }));
    }

    private static async Task<TestDatabase> FilledAsync(DatabaseKind kind)
    {
        var test = await TestDatabase.CreateAsync(kind);
        var changes = Write.Changes();
        changes.Resources.AddRange(
        [
            Write.Create(Catalog.User, "1u", Write.Body(("userName", "Ann"), ("displayName", "Ann Archer"))),
            Write.Create(Catalog.User, "3u", Write.Body(("userName", "bob"))),
            Write.Create(Catalog.User, "5u", Write.Body(("userName", "cy"), ("displayName", "cy"))),
            Write.Create(Catalog.User, "7u", Write.Body(("userName", "dora"))),
            Write.Create(Catalog.Group, "2g", Write.Body(("displayName", "Staff"))),
            Write.Create(Catalog.Group, "4g", Write.Body(("displayName", "Others"))),
        ]);
        await test.Database.CommitAsync(changes);
        return test;
    }

    private static ResourceQuery Users() => new()
    {
        Catalog = Catalog,
        BaseUrl = World.BaseUrl,
        Selections = [new(Catalog.User)],
        Count = 100,
        NeedsTotal = true,
    };

    private static Task<ResourcePage> PageAsync(TestDatabase test, ResourceQuery query) =>
        test.Database.ReadAsync(s => ResourceQueries.PageAsync(s, query, Write.Never), Write.Never);

    private static async Task<(string Ids, long? Total, string? Next)> ShownAsync(TestDatabase test, ResourceQuery query)
    {
        var page = await PageAsync(test, query);
        return (Ids(page), page.Total, page.Next?.Id);
    }

    private static string Ids(ResourcePage page) => string.Join(' ', page.Rows.Select(r => r.Id));
}
