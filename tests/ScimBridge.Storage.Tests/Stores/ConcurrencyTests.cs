using System.Globalization;
using ScimBridge.Fixtures;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

/// <summary>Thirty-two writers on two nodes at once.</summary>
public sealed class ConcurrencyTests
{
    private const int Writers = 32;
    private static readonly ResourceType User = SchemaCatalog.Default.User;
    private static readonly ResourceType Group = SchemaCatalog.Default.Group;

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task No_member_of_one_group_is_lost(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var people = Enumerable.Range(0, Writers * 5).Select(Name).ToList();
        var create = Write.Changes();
        create.Resources.Add(Write.Create(Group, "g", Write.Body(("displayName", "Staff"))));
        create.Resources.AddRange(people.Select(p => Write.Create(User, p, Write.Body(("userName", p)))));
        await test.Database.CommitAsync(create);

        await RaceAsync(test, async (database, writer) =>
        {
            foreach (var person in people.Where((_, i) => i % Writers == writer))
            {
                var join = Write.Changes("okta");
                join.Memberships.Add(Write.Join("g", person));
                await database.CommitAsync(join);
            }
        });

        var members = await test.Database.ReadAsync(s => MembershipStore.PageAsync(s, "g", null, 1000, Write.Never), Write.Never);
        Assert.Equal(people.Order(StringComparer.Ordinal), members.Select(m => m.Id));
        var group = await test.Database.ReadAsync(s => ResourceStore.FindAsync(s, "Group", "g", Write.Never), Write.Never);
        Assert.Equal(people.Count + 1, group!.Version);
        Assert.Equal(people.Count, (await test.Database.ReadAsync(s => DueStore.CountAsync(s, "okta", Write.Never), Write.Never)).Waiting);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task No_update_of_one_user_is_lost(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var create = Write.Changes();
        create.Resources.Add(Write.Create(User, "u", Write.Body(("userName", "ann"))));
        await test.Database.CommitAsync(create);

        await RaceAsync(test, (database, _) => IncrementAsync(database));

        var row = await test.Database.ReadAsync(s => ResourceStore.FindAsync(s, "User", "u", Write.Never), Write.Never);
        Assert.Equal(Writers + 1, row!.Version);
        Assert.Contains($"\"title\":\"{Writers}\"", row.Body, StringComparison.Ordinal);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task One_of_many_gets_a_unique_name(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var won = 0;
        await RaceAsync(test, async (database, writer) =>
        {
            var create = Write.Changes();
            create.Resources.Add(Write.Create(User, Name(writer), Write.Body(("userName", writer % 2 == 0 ? "ANN" : "ann"))));
            try
            {
                await database.CommitAsync(create);
                Interlocked.Increment(ref won);
            }
            catch (UniquenessException)
            {
                // Another one was first.
            }
        });
        Assert.Equal(1, won);
        Assert.Equal(1, await test.Database.ReadAsync(s => ResourceStore.CountAsync(s, "User", Write.Never), Write.Never));
    }

    /// <summary>Raises a number in the user's title, read and written in one transaction, until it succeeds.</summary>
    private static async Task IncrementAsync(Database database)
    {
        while (true)
        {
            var row = (await database.ReadAsync(s => ResourceStore.FindAsync(s, "User", "u", Write.Never), Write.Never))!;
            var before = System.Text.Json.Nodes.JsonNode.Parse(row.Body)!.AsObject();
            var title = int.Parse((string?)before["title"] ?? "0", CultureInfo.InvariantCulture) + 1;
            var after = Write.Body(("userName", "ann"), ("title", title.ToString(CultureInfo.InvariantCulture)));
            var update = Write.Changes();
            update.Resources.Add(Write.Update(User, "u", row.Version, before, after));
            try
            {
                await database.CommitAsync(update);
                return;
            }
            catch (ConcurrencyException)
            {
                // Another one was faster: read again.
            }
        }
    }

    private static async Task RaceAsync(TestDatabase test, Func<Database, int, Task> write)
    {
        var nodes = new[] { test.Database, test.OpenNode() };
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(() => write(nodes[w % nodes.Length], w))));
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"u{number:d4}");
}
