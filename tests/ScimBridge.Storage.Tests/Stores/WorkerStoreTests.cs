using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Workers;
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
        await AcceptAsync(test, 20, Changed("w2", 1, "h2b", """{"v":2}"""));
        var known = await test.Database.ReadAsync(s => WorkerStore.FindAsync(s, Source, ["w1", "w2", "w3"], Write.Never), Write.Never);
        Assert.Equal(new KnownWorker(1, "h2b", "res-w2"), known["w2"]);
        Assert.Equal(2, known.Count);

        Assert.Equal(["w1"], (await DueAsync(test, 10)).Select(w => w.WorkerId));
        var due = (await DueAsync(test, 20)).Single(w => w.WorkerId == "w2");
        Assert.Equal((2, 0L, 0), (due.Generation, due.DecidedSeq, due.ResourceVersion));
        Assert.Null(due.ManagerResourceId);
        Assert.Equal(["{}", """{"v":2}"""], due.Assertions.Select(a => a.Facts));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Assertion_is_read_as_it_was_written_until_it_is_taken_back(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var written = Says("{}", "h1") with
        {
            Relationship = "job-2", Slot = "#7", EffectiveFrom = new LocalDate(1969, 12, 30), Dated = true, Sequence = -5,
            Kind = RecordKind.Correction, Partial = true, RecordedAt = Microseconds.ToInstant(10),
        };
        await AcceptAsync(test, 10, New("w1", 0, "h1", null) with { Assertion = written });

        var read = Assert.Single((await DueAsync(test, 10)).Single().Assertions);
        Assert.Equal(written with { Seq = read.Seq }, read);
        Assert.Equal("w1", (await test.Database.ReadAsync(s => WorkerStore.PersonsAsync(s, Source, ["job-2", "x"], Write.Never), Write.Never))["job-2"]);

        var records = await test.Database.ReadAsync(s => RollbackStore.RecordsAsync(s, Source, "b1", holdId: null, Write.Never), Write.Never);
        Assert.Equal(new RollbackRecord("w1", 0, "res-w1", read.Seq), Assert.Single(records));
        await test.Database.WriteAsync(s => RollbackStore.RetractAsync(s, Source, "b1", records, [], 50, Write.Never), Write.Never);
        var due = (await DueAsync(test, 50)).Single();
        Assert.Equal(Microseconds.ToInstant(50), Assert.Single(due.Assertions).RetractedAt);
        Assert.Equal(2, due.Generation);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Manager_comes_with_the_worker(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AcceptAsync(test, 10, New("boss", 0, "hb", null), New("w1", 1, "h1", "boss"), New("w2", 2, "h2", "nobody"));
        var before = (await DueAsync(test, 10)).ToDictionary(w => w.WorkerId, StringComparer.Ordinal);
        Assert.Equal(("res-boss", false), (before["w1"].ManagerResourceId, before["w1"].ManagerHasResource));
        Assert.Equal("{}", Assert.Single(before["w1"].ManagerAssertions).Facts);
        Assert.Equal(((string?)null, false), (before["w2"].ManagerResourceId, before["w2"].ManagerHasResource));
        Assert.Empty(before["w2"].ManagerAssertions);

        var create = Write.Changes();
        create.Resources.Add(Write.Create(SchemaCatalog.Default.User, "res-boss", Write.Body(("userName", "boss"))));
        await test.Database.CommitAsync(create);
        var after = (await DueAsync(test, 10)).ToDictionary(w => w.WorkerId, StringComparer.Ordinal);
        Assert.True(after["w1"].ManagerHasResource);
        Assert.Empty(after["w1"].ManagerAssertions);
        Assert.Equal((1, """{"userName":"boss"}"""), (after["boss"].ResourceVersion, after["boss"].ResourceBody));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Decision_settles_the_record_it_rests_on_and_no_newer_one(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AcceptAsync(test, 10, New("w1", 0, "h1", null), New("w2", 1, "h2", null), New("w3", 2, "h3", null));
        await AcceptAsync(test, 20, Changed("w2", 1, "h2b", "{}"));
        await DecidedAsync(test, new DecidedWorker("w1", 1, "atWork", null, false, Seq: 1), new DecidedWorker("w2", 1, "atWork", null, false, Seq: 1), new DecidedWorker("w3", 1, "preStart", 500, false, Seq: 1));
        Assert.Equal(["w2"], (await DueAsync(test, 100)).Select(w => w.WorkerId));
        Assert.Equal(20, await NextAtAsync(test));
        await DecidedAsync(test, new DecidedWorker("w2", 2, "atWork", null, false, Seq: 1));
        Assert.Equal(500, await NextAtAsync(test));
        Assert.Equal("preStart", Assert.Single(await DueAsync(test, 500)).Access);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Who_awaits_a_manager_is_due_when_the_manager_is_known(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AcceptAsync(test, 10, New("w1", 0, "h1", "boss"), New("w2", 1, "h2", "boss"));
        await DecidedAsync(test, new DecidedWorker("w1", 1, "atWork", null, true, Seq: 1), new DecidedWorker("w2", 1, "atWork", null, false, Seq: 1));
        Assert.Null(await NextAtAsync(test));
        await test.Database.WriteAsync(s => WorkerStore.MarkAwaitingAsync(s, Source, ["boss"], 30, Write.Never), Write.Never);
        Assert.Equal(["w1"], (await DueAsync(test, 30)).Select(w => w.WorkerId));
    }

    private static AcceptedRecord New(string worker, long number, string hash, string? manager) =>
        new(worker, number, "res-" + worker, number + 2, hash, manager, "Sales", "DK", Says("{}", hash) with { Relationship = worker });

    private static AcceptedRecord Changed(string worker, long number, string hash, string facts) =>
        new(worker, number, null, 2, hash, null, "Sales", "DK", Says(facts, hash) with { Relationship = worker });

    private static Assertion Says(string facts, string hash) => new()
    {
        Seq = 0,
        RecordedAt = Microseconds.ToInstant(10),
        Relationship = "",
        Slot = "2026-03-01",
        EffectiveFrom = new LocalDate(2026, 3, 1),
        Dated = false,
        Sequence = 1,
        Kind = RecordKind.Change,
        Partial = false,
        Facts = facts,
        Hash = hash,
        BatchId = "b1",
    };

    private static Task AcceptAsync(TestDatabase test, long now, params AcceptedRecord[] records) =>
        test.Database.WriteAsync(s => RecordStore.AcceptAsync(s, Source, records, now, Write.Never), Write.Never);

    private static Task DecidedAsync(TestDatabase test, params DecidedWorker[] decided) =>
        test.Database.WriteAsync(s => WorkerStore.DecidedAsync(s, Source, decided, 1, Write.Never), Write.Never);

    private static Task<List<DueWorker>> DueAsync(TestDatabase test, long now) =>
        test.Database.ReadAsync(s => WorkerStore.DueAsync(s, Source, now, 100, Write.Never), Write.Never);

    private static Task<long?> NextAtAsync(TestDatabase test) =>
        test.Database.ReadAsync(s => WorkerStore.NextAtAsync(s, Source, Write.Never), Write.Never);

    private static Task<long> NextNumberAsync(TestDatabase test) =>
        test.Database.ReadAsync(s => WorkerStore.NextNumberAsync(s, Source, Write.Never), Write.Never);
}
