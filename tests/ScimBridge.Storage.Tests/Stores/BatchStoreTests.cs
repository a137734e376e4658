using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

public sealed class BatchStoreTests
{
    private static readonly Batch First = new("b1", "hris", "/spool/b1", "people.csv", "full", true, "waiting", null, default);

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Batch_is_read_after_the_one_before_it(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, First with { Id = "b2" }, 2);
        await AddAsync(test, First, 1);
        await AddAsync(test, First with { Id = "b0", Source = "other" }, 0);
        Assert.Equal(First with { CreatedAt = 1 }, await NextAsync(test));
        await test.Database.WriteAsync(s => BatchStore.BeginAsync(s, "b1", Write.Never), Write.Never);
        Assert.Equal(First with { State = "reading", CreatedAt = 1 }, await NextAsync(test));
        await test.Database.WriteAsync(s => BatchStore.CountChangedAsync(s, "b1", 3, Write.Never), Write.Never);
        await test.Database.WriteAsync(s => BatchStore.CountChangedAsync(s, "b1", 4, Write.Never), Write.Never);
        await FinishAsync(test, "b1", rows: 20, faults: 2, error: null);
        Assert.Equal(First with { State = "read", CreatedAt = 1, Counts = new BatchCounts(20, 7, 11, 2) }, await FindAsync(test, "b1"));
        Assert.Equal("b2", (await NextAsync(test))!.Id);
        await FinishAsync(test, "b2", rows: 0, faults: 0, error: "no header");
        Assert.Equal(("failed", "no header"), ((await FindAsync(test, "b2"))!.State, (await FindAsync(test, "b2"))!.Error));
        Assert.Null(await NextAsync(test));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Fault_of_a_row_is_kept_once(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, First, 1);
        await AddFaultsAsync(test, new RowFault(7, "hireDate", "w7", "no date"), new RowFault(3, null, null, "too short"), new RowFault(7, null, null, "again"));
        await AddFaultsAsync(test, new RowFault(3, null, null, "read again"), new RowFault(9, null, null, "new"));
        var faults = await test.Database.ReadAsync(s => BatchStore.FaultsAsync(s, "b1", 2, Write.Never), Write.Never);
        Assert.Equal([new RowFault(3, null, null, "too short"), new RowFault(7, "hireDate", "w7", "no date")], faults);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Everything_that_a_sender_says_of_a_batch_is_kept_and_its_key_is_taken_once(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var batch = First with
        {
            AsOf = 5, ExpectedRows = 7, Checksum = "abc", IdempotencyKey = "key", Format = "ndjson", DryRun = true, Partial = true, CreatedAt = 1,
        };
        await AddAsync(test, batch, 1);
        Assert.Equal(batch, await FindAsync(test, "b1"));
        Assert.Equal(batch, await test.Database.ReadAsync(s => BatchStore.OfKeyAsync(s, "hris", "key", Write.Never), Write.Never));
        Assert.Null(await test.Database.ReadAsync(s => BatchStore.OfKeyAsync(s, "other", "key", Write.Never), Write.Never));
        await Assert.ThrowsAsync<UniquenessException>(() => AddAsync(test, batch with { Id = "b2" }, 2));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Same_full_file_is_stale_once_two_others_were_read_in_between(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await ReadAsync("b1", "old", 1);
        Assert.False(await StaleAsync("old"));
        await ReadAsync("b2", "old", 2);
        await ReadAsync("b3", "new", 3);
        await ReadAsync("b4", "new", 4);
        Assert.False(await StaleAsync("old"));
        await ReadAsync("b5", "newer", 5);
        Assert.True(await StaleAsync("old"));
        Assert.False(await StaleAsync("new"));
        Assert.False(await StaleAsync("other"));
        Assert.False(await test.Database.ReadAsync(
            s => BatchStore.IsStaleAsync(s, First with { Id = "b9", Checksum = "old", AsOf = 7 }, Write.Never), Write.Never));

        async Task ReadAsync(string id, string checksum, long at)
        {
            await AddAsync(test, First with { Id = id, Checksum = checksum }, at);
            await FinishAsync(test, id, rows: 1, faults: 0, error: null);
        }

        Task<bool> StaleAsync(string checksum) => test.Database.ReadAsync(
            s => BatchStore.IsStaleAsync(s, First with { Id = "b9", Checksum = checksum }, Write.Never), Write.Never);
    }

    private static Task AddAsync(TestDatabase test, Batch batch, long now) =>
        test.Database.WriteAsync(s => BatchStore.AddAsync(s, batch, now, Write.Never), Write.Never);

    private static Task AddFaultsAsync(TestDatabase test, params RowFault[] faults) =>
        test.Database.WriteAsync(s => BatchStore.AddFaultsAsync(s, "b1", faults, Write.Never), Write.Never);

    private static Task FinishAsync(TestDatabase test, string id, long rows, long faults, string? error) =>
        test.Database.WriteAsync(s => BatchStore.FinishAsync(s, id, rows, faults, changed: null, error, report: null, 9, Write.Never), Write.Never);

    private static Task<Batch?> NextAsync(TestDatabase test) =>
        test.Database.ReadAsync(s => BatchStore.NextAsync(s, "hris", Write.Never), Write.Never);

    private static Task<Batch?> FindAsync(TestDatabase test, string id) =>
        test.Database.ReadAsync(s => BatchStore.FindAsync(s, id, Write.Never), Write.Never);
}
