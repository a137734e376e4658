using ScimBridge.Fixtures;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

public sealed class LeaseStoreTests
{
    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Lease_is_held_by_one_until_its_time_is_up(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        Assert.True(await TakeAsync(test, "a", now: 0, until: 10));
        Assert.True(await TakeAsync(test, "a", now: 5, until: 15));
        Assert.False(await TakeAsync(test, "b", now: 14, until: 30));
        Assert.True(await TakeAsync(test, "b", now: 15, until: 30));
        Assert.False(await TakeAsync(test, "a", now: 16, until: 30));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Of_many_one_takes_it(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var other = test.OpenNode();
        var taken = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => (i % 2 == 0 ? test.Database : other).WriteAsync(
            s => LeaseStore.TakeAsync(s, "work", $"node{i}", 0, 10, Write.Never), Write.Never))));
        Assert.Single(taken, t => t);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Word_that_was_left_keeps_the_holder_once(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await TakeAsync(test, "a", now: 0, until: 10);
        Assert.False(await TakeAsync(test, "b", now: 1, until: 11));
        Assert.False(await ReleaseAsync(test, "a"));
        Assert.False(await TakeAsync(test, "c", now: 2, until: 12));
        Assert.False(await ReleaseAsync(test, "a"));
        Assert.True(await ReleaseAsync(test, "a"));
        Assert.True(await TakeAsync(test, "b", now: 3, until: 13));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Who_lost_the_lease_writes_nothing_and_releases_nothing(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await TakeAsync(test, "a", now: 0, until: 10);
        await HoldAsync(test, "a", until: 20);
        Assert.False(await TakeAsync(test, "b", now: 19, until: 30));
        Assert.True(await TakeAsync(test, "b", now: 20, until: 30));
        await Assert.ThrowsAsync<LeaseLostException>(() => HoldAsync(test, "a", until: 40));
        Assert.True(await ReleaseAsync(test, "a"));
        await HoldAsync(test, "b", until: 40);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Abandoned_lease_is_free(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await TakeAsync(test, "a", now: 0, until: 10);
        await TakeAsync(test, "b", now: 1, until: 11);
        await test.Database.WriteAsync(s => LeaseStore.AbandonAsync(s, "work", "a", Write.Never), Write.Never);
        Assert.True(await TakeAsync(test, "b", now: 2, until: 12));
    }

    private static Task<bool> TakeAsync(TestDatabase test, string owner, long now, long until) =>
        test.Database.WriteAsync(s => LeaseStore.TakeAsync(s, "work", owner, now, until, Write.Never), Write.Never);

    private static Task HoldAsync(TestDatabase test, string owner, long until) =>
        test.Database.WriteAsync(s => LeaseStore.HoldAsync(s, "work", owner, until, Write.Never), Write.Never);

    private static Task<bool> ReleaseAsync(TestDatabase test, string owner) =>
        test.Database.WriteAsync(s => LeaseStore.ReleaseAsync(s, "work", owner, Write.Never), Write.Never);
}
