using ScimBridge.Fixtures;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

public sealed class WorkerStoreTests
{
    private const string Source = "hris";

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task New_and_changed_workers_are_due_with_the_record_that_holds(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        Assert.Equal(0, await NextNumberAsync(test));
        await AcceptAsync(test, 10, New("w1", 0, "h1", null), New("w2", 1, "h2", "w1"));
        Assert.Equal(2, await NextNumberAsync(test));
        await AcceptAsync(test, 20, new AcceptedRecord("w2", 1, null, 2, "h2b", null, """{"v":2}"""));
        var known = await test.Database.ReadAsync(s => WorkerStore.FindAsync(s, Source, ["w1", "w2", "w3"], Write.Never), Write.Never);
        Assert.Equal(new KnownWorker(1, "h2b"), known["w2"]);
        Assert.Equal(2, known.Count);

        Assert.Equal(["w1"], (await DueAsync(test, 10)).Select(w => w.WorkerId));
        var due = (await DueAsync(test, 20)).Single(w => w.WorkerId == "w2");
        Assert.Equal(("""{"v":2}""", "h2b", 0), (due.Facts, due.RecordHash, due.ResourceVersion));
        Assert.Null(due.ManagerResourceId);
        Assert.Equal(2, await test.Database.ReadAsync(
            s => s.FirstAsync("SELECT count(*) FROM record WHERE number = 1", r => r.GetInt64(0), Write.Never), Write.Never));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Manager_comes_with_the_worker(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AcceptAsync(test, 10, New("boss", 0, "hb", null), New("w1", 1, "h1", "boss"), New("w2", 2, "h2", "nobody"));
        var before = (await DueAsync(test, 10)).ToDictionary(w => w.WorkerId, StringComparer.Ordinal);
        Assert.Equal(("res-boss", false, "{}"), (before["w1"].ManagerResourceId, before["w1"].ManagerHasResource, before["w1"].ManagerFacts));
        Assert.Equal(((string?)null, false, (string?)null), (before["w2"].ManagerResourceId, before["w2"].ManagerHasResource, before["w2"].ManagerFacts));

        var create = Write.Changes();
        create.Resources.Add(Write.Create(SchemaCatalog.Default.User, "res-boss", Write.Body(("userName", "boss"))));
        await test.Database.CommitAsync(create);
        var after = (await DueAsync(test, 10)).ToDictionary(w => w.WorkerId, StringComparer.Ordinal);
        Assert.Equal((true, (string?)null), (after["w1"].ManagerHasResource, after["w1"].ManagerFacts));
        Assert.Equal((1, """{"userName":"boss"}"""), (after["boss"].ResourceVersion, after["boss"].ResourceBody));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Decision_settles_the_record_it_rests_on_and_no_newer_one(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AcceptAsync(test, 10, New("w1", 0, "h1", null), New("w2", 1, "h2", null), New("w3", 2, "h3", null));
        await AcceptAsync(test, 20, new AcceptedRecord("w2", 1, null, 1, "h2b", null, "{}"));
        await DecidedAsync(test, new DecidedWorker("w1", "h1", "atWork", null, false), new DecidedWorker("w2", "h2", "atWork", null, false), new DecidedWorker("w3", "h3", "preStart", 500, false));
        Assert.Equal(["w2"], (await DueAsync(test, 100)).Select(w => w.WorkerId));
        Assert.Equal(20, await NextAtAsync(test));
        await DecidedAsync(test, new DecidedWorker("w2", "h2b", "atWork", null, false));
        Assert.Equal(500, await NextAtAsync(test));
        Assert.Equal("preStart", Assert.Single(await DueAsync(test, 500)).Access);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Who_awaits_a_manager_is_due_when_the_manager_is_known(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AcceptAsync(test, 10, New("w1", 0, "h1", "boss"), New("w2", 1, "h2", "boss"));
        await DecidedAsync(test, new DecidedWorker("w1", "h1", "atWork", null, true), new DecidedWorker("w2", "h2", "atWork", null, false));
        Assert.Null(await NextAtAsync(test));
        await test.Database.WriteAsync(s => WorkerStore.MarkAwaitingAsync(s, Source, ["boss"], 30, Write.Never), Write.Never);
        Assert.Equal(["w1"], (await DueAsync(test, 30)).Select(w => w.WorkerId));
    }

    private static AcceptedRecord New(string worker, long number, string hash, string? manager) =>
        new(worker, number, "res-" + worker, number + 2, hash, manager, "{}");

    private static Task AcceptAsync(TestDatabase test, long now, params AcceptedRecord[] records) =>
        test.Database.WriteAsync(s => WorkerStore.AcceptAsync(s, Source, "b1", records, now, Write.Never), Write.Never);

    private static Task DecidedAsync(TestDatabase test, params DecidedWorker[] decided) =>
        test.Database.WriteAsync(s => WorkerStore.DecidedAsync(s, Source, decided, Write.Never), Write.Never);

    private static Task<List<DueWorker>> DueAsync(TestDatabase test, long now) =>
        test.Database.ReadAsync(s => WorkerStore.DueAsync(s, Source, now, 100, Write.Never), Write.Never);

    private static Task<long?> NextAtAsync(TestDatabase test) =>
        test.Database.ReadAsync(s => WorkerStore.NextAtAsync(s, Source, Write.Never), Write.Never);

    private static Task<long> NextNumberAsync(TestDatabase test) =>
        test.Database.ReadAsync(s => WorkerStore.NextNumberAsync(s, Source, Write.Never), Write.Never);
}
