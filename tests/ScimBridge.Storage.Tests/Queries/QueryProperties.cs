using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using ScimBridge.Fixtures;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Tests.Filters;
using ScimBridge.Storage.Queries;
using SortKey = ScimBridge.Scim.Filters.SortKey;

namespace ScimBridge.Storage.Tests.Queries;

/// <summary>Random queries of random worlds give the same in memory and on a database.</summary>
public sealed class QueryProperties
{
    /// <summary>The environment variable with the number of cases, where it is to be another than the default.</summary>
    private const string Variable = "SCIMBRIDGE_TEST_CASES";

    private static readonly int Cases = int.Parse(Environment.GetEnvironmentVariable(Variable) ?? "300", CultureInfo.InvariantCulture);

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Query_gives_what_the_evaluator_gives(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var property = Prop.ForAll(Arb.From(WorldGenerators.Queries(FilterVectors.Shared.Catalog)), q => CompareAsync(test.Database, q));
        await Task.Run(() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(Cases), property));
    }

    private static async Task CompareAsync(Database database, WorldQuery query)
    {
        await query.World.PutAsync(database);
        var filter = FilterParser.Parse(query.Filter, query.Type, ClientProfile.Strict);
        var matches = query.World.Resources.Where(r => r.Type == query.Type)
            .Select(r => (r.Id, Shown: query.World.Representation(r)))
            .Where(r => FilterEvaluator.Matches(filter, r.Shown))
            .OrderBy(r => r.Id, StringComparer.Ordinal)
            .ToList();
        var found = await PageAsync(database, query.World.Query(query.Type, filter));
        Assert.Equal(matches.Select(r => r.Id), found.Rows.Select(r => r.Id));

        var path = SortKey.Parse(query.SortBy, query.Type, ClientProfile.Strict);
        matches.Sort((a, b) =>
        {
            var order = SortKey.Compare(SortKey.Of(a.Shown, path), SortKey.Of(b.Shown, path), query.Descending);
            var byId = string.CompareOrdinal(a.Id, b.Id);
            return order != 0 ? order : query.Descending ? -byId : byId;
        });
        var sorted = query.World.Query(query.Type, filter, path) with { Descending = query.Descending, Count = 2 };
        Assert.Equal(matches.Select(r => r.Id), await IdsByCursorAsync(database, sorted, matches.Count));
        Assert.Equal(matches.Select(r => r.Id), await IdsByIndexAsync(database, sorted, matches.Count));
    }

    private static async Task<List<string>> IdsByCursorAsync(Database database, ResourceQuery query, int total)
    {
        var ids = new List<string>();
        var page = await PageAsync(database, query);
        while (true)
        {
            Assert.Equal(total, page.Total);
            ids.AddRange(page.Rows.Select(r => r.Id));
            if (page.Next is null)
                return ids;
            page = await PageAsync(database, query with { After = page.Next });
        }
    }

    private static async Task<List<string>> IdsByIndexAsync(Database database, ResourceQuery query, int total)
    {
        var ids = new List<string>();
        while (true)
        {
            var page = await PageAsync(database, query with { StartIndex = ids.Count + 1 });
            Assert.Equal(total, page.Total);
            if (page.Rows.Count == 0)
                return ids;
            ids.AddRange(page.Rows.Select(r => r.Id));
        }
    }

    private static Task<ResourcePage> PageAsync(Database database, ResourceQuery query) =>
        database.ReadAsync(s => ResourceQueries.PageAsync(s, query, Write.Never), Write.Never);
}
