using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

public sealed class DueStoreTests
{
    private const string Target = "okta";

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Marks_come_by_lane_and_age_and_accounts_before_memberships(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await MarkAsync(test, 10, new DueMark(Target, "late", "", Lane.Change));
        await MarkAsync(test, 5, new DueMark(Target, "g", "m", Lane.Change), new DueMark(Target, "early", "", Lane.Change));
        await MarkAsync(test, 20, new DueMark(Target, "leaver", "", Lane.Revoke), new DueMark(Target, "joiner", "", Lane.Join));
        await MarkAsync(test, 1, new DueMark("entra", "other", "", Lane.Revoke));
        Assert.Equal(["leaver", "joiner", "early", "g", "late"], (await NextAsync(test, 20)).Select(i => i.ResourceId));
        Assert.Equal(["early", "g"], (await NextAsync(test, 9)).Select(i => i.ResourceId));
        Assert.Equal(["leaver"], (await NextAsync(test, 20, limit: 1)).Select(i => i.ResourceId));
        Assert.Equal(5, await NextAtAsync(test));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Second_mark_is_the_same_mark_in_a_newer_generation(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await MarkAsync(test, 5, new DueMark(Target, "u", "", Lane.Change), new DueMark(Target, "u", "", Lane.Join));
        var first = Assert.Single(await NextAsync(test, 100));
        Assert.Equal((Lane.Join, 1, 5), (first.Lane, first.Generation, first.Since));
        await MarkAsync(test, 9, new DueMark(Target, "u", "", Lane.Change));
        var second = Assert.Single(await NextAsync(test, 100));
        Assert.Equal((Lane.Join, 2, 5), (second.Lane, second.Generation, second.Since));
        await MarkAsync(test, 9, new DueMark(Target, "u", "", Lane.Revoke));
        Assert.Equal(Lane.Revoke, Assert.Single(await NextAsync(test, 100)).Lane);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Settling_never_swallows_a_newer_change(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await MarkAsync(test, 5, new DueMark(Target, "done", "", Lane.Change), new DueMark(Target, "retry", "", Lane.Change), new DueMark(Target, "dead", "", Lane.Change));
        var taken = await NextAsync(test, 100);
        await MarkAsync(test, 6, [.. taken.Select(i => new DueMark(Target, i.ResourceId, "", Lane.Change))]);
        await SettleAsync(test, [.. taken.Select(i => i.ResourceId switch
        {
            "done" => new DueSettlement(i, null, null, null),
            "retry" => new DueSettlement(i, 1000, null, "busy"),
            _ => new DueSettlement(i, null, "refused", null),
        })]);
        var still = await NextAsync(test, 100);
        Assert.Equal(3, still.Count);
        Assert.All(still, i => Assert.Equal((2, 0), (i.Generation, i.Attempts)));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Settled_marks_are_gone_wait_or_are_dead(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await MarkAsync(test, 5, new DueMark(Target, "done", "", Lane.Change), new DueMark(Target, "retry", "", Lane.Change), new DueMark(Target, "dead", "m", Lane.Change));
        await SettleAsync(test, [.. (await NextAsync(test, 100)).Select(i => i.ResourceId switch
        {
            "done" => new DueSettlement(i, null, null, null),
            "retry" => new DueSettlement(i, 1000, null, "busy"),
            _ => new DueSettlement(i, null, "refused", null),
        })]);
        Assert.Equal(new DueCount(1, 1), await CountAsync(test));
        Assert.Empty(await NextAsync(test, 999));
        var retried = Assert.Single(await NextAsync(test, 1000));
        Assert.Equal(("retry", 1), (retried.ResourceId, retried.Attempts));
        Assert.Equal(1000, await NextAtAsync(test));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task New_change_wakes_what_waits_and_what_is_dead(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await MarkAsync(test, 5, new DueMark(Target, "waits", "", Lane.Change), new DueMark(Target, "dead", "", Lane.Change));
        await SettleAsync(test, [.. (await NextAsync(test, 100)).Select(i => i.ResourceId == "dead"
            ? new DueSettlement(i, null, "refused", null)
            : new DueSettlement(i, 1000, null, "busy"))]);
        await MarkAsync(test, 20, new DueMark(Target, "waits", "", Lane.Change), new DueMark(Target, "dead", "", Lane.Change));
        Assert.Equal(["dead", "waits"], (await NextAsync(test, 20)).Select(i => i.ResourceId).Order(StringComparer.Ordinal));
        Assert.Equal(new DueCount(2, 0), await CountAsync(test));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task New_account_unblocks_its_memberships_its_members_and_who_awaits_it(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var changes = Write.Changes();
        changes.Resources.AddRange(
        [
            Write.Create(SchemaCatalog.Default.User, "boss", Write.Body(("userName", "boss"))),
            Write.Create(SchemaCatalog.Default.User, "ann", Write.Body(("userName", "ann"))),
            Write.Create(SchemaCatalog.Default.Group, "g1", Write.Body(("displayName", "g1"))),
            Write.Create(SchemaCatalog.Default.Group, "g2", Write.Body(("displayName", "g2"))),
        ]);
        changes.Memberships.AddRange([Write.Join("g1", "boss"), Write.Join("g2", "ann"), Write.Join("g1", "ann")]);
        await test.Database.CommitAsync(changes);
        await test.Database.WriteAsync(
            s => LinkStore.PutAsync(s, Target, [new Link("ann", "r1", true, "{}", "boss"), new Link("boss", "r2", true, "{}", null)], 0, Write.Never), Write.Never);

        await test.Database.WriteAsync(s => DueStore.MarkUnblockedAsync(s, Target, [("boss", "c")], [], 7, Write.Never), Write.Never);
        Assert.Equal([("ann", ""), ("g1", "boss")], (await NextAsync(test, 7)).Select(i => (i.ResourceId, i.MemberId)));

        await test.Database.WriteAsync(s => DueStore.MarkUnblockedAsync(s, Target, [("g1", "c")], [], 8, Write.Never), Write.Never);
        Assert.Equal(
            [("ann", ""), ("g1", "ann"), ("g1", "boss")],
            (await NextAsync(test, 8)).Select(i => (i.ResourceId, i.MemberId)).Order());
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Account_delivered_incomplete_is_due_again_where_what_it_awaits_was_linked_meanwhile(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        Link[] links = [new("ann", "r1", true, "{}", "boss"), new("boss", "r2", true, "{}", null), new("bo", "r3", true, "{}", "nobody")];
        await test.Database.WriteAsync(s => LinkStore.PutAsync(s, Target, links, 0, Write.Never), Write.Never);

        await test.Database.WriteAsync(s => DueStore.MarkUnblockedAsync(s, Target, [], [("ann", "c"), ("bo", "c")], 7, Write.Never), Write.Never);

        Assert.Equal([("ann", "")], (await NextAsync(test, 7)).Select(i => (i.ResourceId, i.MemberId)));
    }

    private static Task MarkAsync(TestDatabase test, long now, params DueMark[] marks) =>
        test.Database.WriteAsync(s => DueStore.MarkAsync(s, marks, now, "c", Write.Never), Write.Never);

    private static Task SettleAsync(TestDatabase test, IReadOnlyCollection<DueSettlement> settlements) =>
        test.Database.WriteAsync(s => DueStore.SettleAsync(s, Target, settlements, Write.Never), Write.Never);

    private static Task<List<DueItem>> NextAsync(TestDatabase test, long now, int limit = 100) =>
        test.Database.ReadAsync(s => DueStore.NextAsync(s, Target, now, limit, Write.Never), Write.Never);

    private static Task<long?> NextAtAsync(TestDatabase test) =>
        test.Database.ReadAsync(s => DueStore.NextAtAsync(s, Target, Write.Never), Write.Never);

    private static Task<DueCount> CountAsync(TestDatabase test) =>
        test.Database.ReadAsync(s => DueStore.CountAsync(s, Target, Write.Never), Write.Never);
}
