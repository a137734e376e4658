using ScimBridge.Fixtures;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Queries;

namespace ScimBridge.Storage.Tests.Queries;

/// <summary>What is to be an index look-up is one, on both databases.</summary>
public sealed class QueryPlanTests
{
    private const int Users = 4000;
    private const int Most = 200;
    private const string Enterprise = SchemaUris.EnterpriseUser + ":";

    private static readonly string[] UserFilters =
    [
        "userName eq \"USER17@corp.example\"",
        "externalId eq \"ext-17\"",
        $"id eq \"{Population.UserId(17)}\"",
        "displayName eq \"given17 family17\"",
        "displayName sw \"given17\"",
        "active eq false",
        "emails.value eq \"user17@corp.example\"",
        "emails eq \"user17@corp.example\"",
        "emails[type eq \"work\"].value eq \"user17@corp.example\"",
        "emails[type eq \"work\" and value eq \"user17@corp.example\"]",
        $"{Enterprise}employeeNumber eq \"17\"",
        $"{Enterprise}department eq \"department 17\"",
        $"{Enterprise}manager.value eq \"{Population.UserId(17)}\"",
        $"groups.value eq \"{Population.GroupId(2)}\"",
        $"groups[value eq \"{Population.GroupId(2)}\" and type eq \"direct\"]",
        "meta.lastModified eq \"2023-11-14T22:13:20.000004Z\"",
        "meta.lastModified gt \"2023-11-14T22:13:20.000003Z\"",
        "meta.created ge \"2023-11-14T22:13:20.000004Z\"",
        "userName eq \"user17@corp.example\" and title co \"gin\"",
        "title co \"gin\" and userName eq \"user17@corp.example\"",
        "not (title eq \"x\") and (userName eq \"user17@corp.example\" or externalId eq \"ext-18\")",
        "active eq true and emails.value eq \"user17@corp.example\"",
        "userName eq \"user17@corp.example\" or externalId eq \"ext-18\" or emails.value eq \"user19@corp.example\"",
        $"id eq \"{Population.UserId(17)}\" and {Enterprise}manager eq \"{Population.UserId(1)}\"",
        $"id eq \"{Population.UserId(17)}\" and groups.value eq \"{Population.GroupId(1)}\"",
    ];

    private static readonly string[] GroupFilters =
    [
        "displayName eq \"group 2\"",
        $"members.value eq \"{Population.UserId(17)}\"",
        $"members eq \"{Population.UserId(17)}\"",
        $"members[value eq \"{Population.UserId(17)}\" and type eq \"User\"]",
        $"id eq \"{Population.GroupId(1)}\" and members eq \"{Population.UserId(17)}\"",
        $"members eq \"{Population.UserId(17)}\" and id eq \"{Population.GroupId(1)}\"",
    ];

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Look_ups_touch_what_they_find_and_no_more(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        var wrong = new List<string>();
        foreach (var (type, text) in UserFilters.Select(f => (SchemaCatalog.Default.User, f)).Concat(GroupFilters.Select(f => (SchemaCatalog.Default.Group, f))))
        {
            var query = Query(type, text);
            var page = await test.Database.ReadAsync(s => ResourceQueries.PageAsync(s, query, Write.Never), Write.Never);
            Assert.InRange(page.Total!.Value, 1, Most);
            var waste = await test.Database.ReadAsync(s => QueryPlan.WasteAsync(s, kind, query, Most), Write.Never);
            if (waste.Count > 0)
                wrong.Add($"{text}: {string.Join("; ", waste)}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Page_after_a_position_touches_what_it_gives(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        var query = Query(SchemaCatalog.Default.User, filter: null) with { Count = 20, After = new PagePosition(Population.UserId(Users - 100)) };
        var sql = new PageSql(query, test.Database.Dialect).Page();
        var rows = await test.Database.ReadAsync(s => s.QueryAsync(sql.Sql, r => r.GetString(0), Write.Never, sql.Parameters), Write.Never);
        Assert.Equal(Population.UserId(Users - 99), rows[0]);
        if (kind == DatabaseKind.Postgres)
        {
            var plan = await test.Database.ReadAsync(
                s => s.FirstAsync("EXPLAIN (ANALYZE, FORMAT TEXT) " + sql.Sql, r => r.GetString(0), Write.Never, sql.Parameters), Write.Never);
            Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        }
    }

    private static async Task<TestDatabase> FilledAsync(DatabaseKind kind)
    {
        var test = await TestDatabase.CreateAsync(kind);
        await Population.AddUsersAsync(test.Database, 0, Users);
        // The last few were written later than all others.
        await Population.AddUsersAsync(test.Database, Users, Users + 3);
        await Population.AddGroupAsync(test.Database, 1, Enumerable.Range(0, Users).Select(Population.UserId));
        await Population.AddGroupAsync(test.Database, 2, Enumerable.Range(10, 5).Select(Population.UserId));
        // PostgreSQL keeps its statistics up to date by itself, a little later; SQLite has none and gets none.
        if (kind == DatabaseKind.Postgres)
            await test.Database.ReadAsync(s => s.ExecuteAsync("ANALYZE", Write.Never), Write.Never);
        return test;
    }

    private static ResourceQuery Query(ResourceType type, string? filter) => new()
    {
        Catalog = SchemaCatalog.Default,
        BaseUrl = World.BaseUrl,
        Selections = [new ResourceSelection(type, filter is null ? null : FilterParser.Parse(filter, type, ClientProfile.Strict))],
        Count = 100,
        NeedsTotal = true,
    };
}
