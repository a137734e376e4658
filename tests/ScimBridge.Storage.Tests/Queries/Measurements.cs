using System.Diagnostics;
using System.Globalization;
using ScimBridge.Fixtures;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Queries;
using ScimBridge.Storage.Stores;
using Xunit.Abstractions;

namespace ScimBridge.Storage.Tests.Queries;

/// <summary>How long the look-ups, the pages and the memberships take as the database fills: medians of single calls, one connection.</summary>
public sealed class Measurements(ITestOutputHelper output)
{
    private const int Few = 1_000;
    private const int Many = 100_000;
    private const int Calls = 200;
    private static readonly ResourceType User = SchemaCatalog.Default.User;
    private readonly Random _random = new(7);

    [MeasurementTheory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Look_ups_pages_and_memberships(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var watch = Stopwatch.StartNew();
        await FillAsync(test, 0, Few);
        await LookUpsAsync(test, Few);
        await MembersAsync(test, 1, []);
        await FillAsync(test, Few, Many);
        output.WriteLine($"filled in {watch.Elapsed.TotalSeconds:0} s");
        await LookUpsAsync(test, Many);
        await PagesAsync(test);
        await MembersAsync(test, 2, Enumerable.Range(0, Many - (2 * Calls)).Select(Population.UserId));
    }

    private static async Task FillAsync(TestDatabase test, int from, int to)
    {
        await Population.AddUsersAsync(test.Database, from, to);
        // What PostgreSQL does by itself, a little later.
        if (test.Kind == DatabaseKind.Postgres)
            await test.Database.ReadAsync(s => s.ExecuteAsync("VACUUM ANALYZE", Write.Never), Write.Never);
    }

    private async Task LookUpsAsync(TestDatabase test, int users)
    {
        await TimeAsync(test, $"userName eq, {users}", s => PageAsync(s, $"userName eq \"USER{_random.Next(users)}@corp.example\"", q => q));
        await TimeAsync(test, $"emails[type eq].value eq, {users}", s => PageAsync(s, $"emails[type eq \"work\"].value eq \"user{_random.Next(users)}@corp.example\"", q => q));
        await TimeAsync(test, $"get by id, {users}", s => ResourceStore.FindAsync(s, "User", Population.UserId(_random.Next(users)), Write.Never));
    }

    private async Task PagesAsync(TestDatabase test)
    {
        await TimeAsync(test, "first page of 100 with total", s => PageAsync(s, null, q => q));
        await TimeAsync(test, "page of 100 near the end with total", s => PageAsync(s, null, q => q with { StartIndex = Many - 150 }));
        await TimeAsync(test, "first page of 100", s => PageAsync(s, null, q => q with { NeedsTotal = false }));
        await TimeAsync(test, "page of 100 near the end", s => PageAsync(s, null, q => q with { StartIndex = Many - 150, NeedsTotal = false }));
        await TimeAsync(test, "page of 100 after a position near the end", s => PageAsync(
            s, null, q => q with { After = new PagePosition(Population.UserId(Many - 150)), NeedsTotal = false }));
        await TimeAsync(test, "active eq true, first page with total", s => PageAsync(s, "active eq true", q => q), calls: 20);
        await TimeAsync(test, "title co, first page with total", s => PageAsync(s, "title co \"gin\"", q => q), calls: 10);
        await TimeAsync(test, "first page of all types with total", s => PageAsync(s, null, q => q with { Selections = [new(User), new(SchemaCatalog.Default.Group)] }));
        await TimeAsync(test, "meta.lastModified gt, few", s => PageAsync(s, "meta.lastModified gt \"2023-11-14T22:13:20.000098Z\"", q => q));
        await TimeAsync(test, "first page by userName with total", s => PageAsync(s, null, q => q with { Selections = [new(User, null, Scim.Filters.SortKey.Parse("userName", User, ClientProfile.Strict))] }), calls: 10);
    }

    private async Task MembersAsync(TestDatabase test, int group, IEnumerable<string> members)
    {
        var before = members.ToList();
        await Population.AddGroupAsync(test.Database, group, before);
        var next = before.Count;
        await TimeAsync(test, $"add one member to {before.Count}", async database =>
        {
            var join = Write.Changes("okta");
            join.Memberships.Add(Write.Join(Population.GroupId(group), Population.UserId(next++)));
            await database.CommitAsync(join);
        });
        await TimeAsync(test, $"page of 100 members near the end of {next}", s => MembershipStore.PageAsync(
            s, Population.GroupId(group), Population.UserId(Math.Max(next - 150, 0)), 100, Write.Never));
        await TimeAsync(test, "groups of 100 users", s => MembershipStore.GroupsOfAsync(s, [.. Enumerable.Range(0, 100).Select(Population.UserId)], Write.Never));
    }

    private static Task<ResourcePage> PageAsync(Session session, string? filter, Func<ResourceQuery, ResourceQuery> with) => ResourceQueries.PageAsync(
        session,
        with(new ResourceQuery
        {
            Catalog = SchemaCatalog.Default,
            BaseUrl = World.BaseUrl,
            Selections = [new ResourceSelection(User, filter is null ? null : FilterParser.Parse(filter, User, ClientProfile.Strict))],
            Count = 100,
            NeedsTotal = true,
        }),
        Write.Never);

    private Task TimeAsync<T>(TestDatabase test, string what, Func<Session, Task<T>> read, int calls = Calls) =>
        TimeAsync(test, what, database => database.ReadAsync(read, Write.Never), calls);

    private async Task TimeAsync(TestDatabase test, string what, Func<Database, Task> call, int calls = Calls)
    {
        for (var i = 0; i < calls / 4; i++)
            await call(test.Database);
        var times = new List<double>();
        for (var i = 0; i < calls; i++)
        {
            var watch = Stopwatch.StartNew();
            await call(test.Database);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{test.Kind,-9} {what,-50} {times[calls / 2],8:0.00} ms (fastest {times[0]:0.00})"));
    }
}
