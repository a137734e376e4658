using ScimBridge.Fixtures;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests;

public sealed class MigrationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Fresh_database_gets_all_tables(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        Assert.Equal(0, await test.Database.ReadAsync(s => ResourceStore.CountAsync(s, "User", None), None));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Second_migration_changes_nothing(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await test.Database.WriteAsync(s => LeaseStore.TakeAsync(s, "work", "me", 0, 1, None), None);
        await test.OpenNode().MigrateAsync(None);
        Assert.False(await test.Database.WriteAsync(s => LeaseStore.TakeAsync(s, "work", "you", 0, 1, None), None));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Nodes_that_start_together_take_turns(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateEmptyAsync(kind);
        var nodes = Enumerable.Range(0, 4).Select(_ => test.OpenNode()).ToList();
        await Task.WhenAll(nodes.Select(node => Task.Run(() => node.MigrateAsync(None))));
        Assert.Equal(0, await test.Database.ReadAsync(s => ResourceStore.CountAsync(s, "User", None), None));
    }
}
