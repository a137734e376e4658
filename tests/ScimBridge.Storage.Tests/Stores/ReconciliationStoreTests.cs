using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

public sealed class ReconciliationStoreTests
{
    private const string Target = "okta";
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Small_scopes_go_before_large_ones_and_what_waits_is_left_alone(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await test.Database.WriteAsync(
            async s =>
            {
                await ReconciliationStore.AddAsync(s, Of("1", Reconciliation.OfAll), None);
                await ReconciliationStore.AddAsync(s, Of("2", Reconciliation.OfChanges), None);
                await ReconciliationStore.AddAsync(s, Of("3", Reconciliation.OfWorker) with { Subject = "u1" }, None);
                await ReconciliationStore.AddAsync(s, Of("4", Reconciliation.OfWorker) with { Subject = "u2" }, None);
                await ReconciliationStore.AddAsync(s, Of("5", Reconciliation.OfPrivileged) with { Target = "other" }, None);
            },
            None);

        Assert.Null(await NextAsync(test, now: 4));
        Assert.Equal("3", (await NextAsync(test, now: 5))!.Id);
        await SaveAsync(test, (await NextAsync(test, now: 5))! with { State = "done", FinishedAt = 6 });
        await SaveAsync(test, (await NextAsync(test, now: 5))! with { NextAt = 9, Attempts = 2, Reason = "It is away." });
        Assert.Equal("2", (await NextAsync(test, now: 5))!.Id);
        var waiting = (await NextAsync(test, now: 9))!;
        Assert.Equal(("4", "u2", 2, "It is away."), (waiting.Id, waiting.Subject, waiting.Attempts, waiting.Reason));
        Assert.Equal(5, await test.Database.ReadAsync(s => ReconciliationStore.NextAtAsync(s, Target, None), None));
        Assert.Equal(["4", "3"], (await test.Database.ReadAsync(s => ReconciliationStore.ListAsync(s, Target, "5", 2, None), None)).ConvertAll(r => r.Id));
        Assert.Equal("3", (await test.Database.ReadAsync(s => ReconciliationStore.NewestDoneAsync(s, Target, Reconciliation.OfWorker, None), None))!.Id);

        await test.Database.WriteAsync(s => ReconciliationStore.ForgetAsync(s, Target, Reconciliation.OfWorker, before: 7, None), None);
        Assert.Null(await test.Database.ReadAsync(s => ReconciliationStore.FindAsync(s, "3", None), None));
        Assert.NotNull(await test.Database.ReadAsync(s => ReconciliationStore.FindAsync(s, "4", None), None));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task What_was_found_is_numbered_on_and_stands_as_it_is_told(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await test.Database.WriteAsync(s => ReconciliationStore.AddAsync(s, Of("1", Reconciliation.OfAll), None), None);
        var drift = new Difference(DifferenceKind.AttributeDrift, DifferenceSubject.User, "u1", "r1") { What = ["active", "title"] };
        var orphan = new Difference(DifferenceKind.Orphan, DifferenceSubject.User, null, "r9") { Because = "It can be used." };
        var extra = new Difference(DifferenceKind.ExtraMembership, DifferenceSubject.User, "u1", "r1") { GroupId = "g1", Standing = Standing.Pending };
        await SaveAsync(test, Of("1", Reconciliation.OfAll) with { State = "running", Differences = 2 }, drift, orphan);
        await SaveAsync(test, Of("1", Reconciliation.OfAll) with { State = "running", Differences = 3 }, extra);
        await test.Database.WriteAsync(
            s => ReconciliationStore.StandAsync(s, "1", [(1, Standing.Enforced, null), (2, Standing.Enforced, "It was disabled.")], None), None);

        var found = await test.Database.ReadAsync(s => ReconciliationStore.DifferencesAsync(s, "1", 0, 10, None), None);
        Assert.Equal([1, 2, 3], found.ConvertAll(f => f.Number));
        Assert.Equal(["active", "title"], found[0].Difference.What);
        Assert.Equal((Standing.Enforced, null), (found[0].Difference.Standing, found[0].Difference.Because));
        Assert.Equal((Standing.Enforced, "It was disabled.", (string?)null), (found[1].Difference.Standing, found[1].Difference.Because, found[1].Difference.ResourceId));
        Assert.Equal(("g1", Standing.Pending), (found[2].Difference.GroupId, found[2].Difference.Standing));
        Assert.Equal([3L], (await test.Database.ReadAsync(s => ReconciliationStore.DifferencesAsync(s, "1", 2, 10, None), None)).ConvertAll(f => f.Number));
        Assert.Equal([1, 3], (await test.Database.ReadAsync(s => ReconciliationStore.OfAsync(s, "1", ["u1", "u2"], None), None)).ConvertAll(f => f.Number));
        Assert.Equal(["r9"], await test.Database.ReadAsync(s => ReconciliationStore.FoundAsync(s, "1", DifferenceKind.Orphan, ["r1", "r9"], None), None));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task What_no_listing_has_shown_is_known_by_what_it_has(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var changes = Write.Changes();
        changes.Resources.AddRange(
        [
            Write.Create(SchemaCatalog.Default.User, "u1", Write.Body(("userName", "a"))),
            Write.Create(SchemaCatalog.Default.User, "u2", Write.Body(("userName", "b"))),
            Write.Create(SchemaCatalog.Default.User, "u3", Write.Body(("userName", "c"))),
            Write.Create(SchemaCatalog.Default.Group, "g1", Write.Body(("displayName", "d"))),
        ]);
        await test.Database.WriteAsync(s => Commit.WriteAsync(s, changes, None), None);
        await test.Database.WriteAsync(
            s => LinkStore.PutAsync(s, Target, [new Link("u1", "r1", true, "{}", null), new Link("u2", "r2", true, "{}", null), new Link("g1", "r1", true, "{}", null)], 7, None), None);
        await test.Database.WriteAsync(s => ReconciliationStore.AddAsync(s, Of("1", Reconciliation.OfAll), None), None);
        await test.Database.WriteAsync(
            s => ReconciliationStore.SaveAsync(s, Of("1", Reconciliation.OfAll), [], DifferenceSubject.User, ["r1", "r8", "r1"], None), None);
        await test.Database.WriteAsync(s => ReconciliationStore.SaveAsync(s, Of("1", Reconciliation.OfAll), [], DifferenceSubject.User, ["r8"], None), None);

        Task<List<string>> UnseenAsync(AccountKind about, string after, int limit) =>
            test.Database.ReadAsync(s => ReconciliationStore.UnseenAsync(s, "1", Target, about, after, limit, None), None);
        Assert.Equal(["u2", "u3"], await UnseenAsync(AccountKind.User, "", 10));
        Assert.Equal(["u2"], await UnseenAsync(AccountKind.User, "", 1));
        Assert.Equal(["u3"], await UnseenAsync(AccountKind.User, "u2", 10));
        // A user's account and a group may have the same id.
        Assert.Equal(["g1"], await UnseenAsync(AccountKind.Group, "", 10));
        Assert.Equal(2, await test.Database.ReadAsync(s => ReconciliationStore.CountSeenAsync(s, "1", DifferenceSubject.User, None), None));
        Assert.Equal(["r8"], await test.Database.ReadAsync(s => ReconciliationStore.SeenAsync(s, "1", DifferenceSubject.User, ["r8", "r9"], None), None));
        var linked = await test.Database.ReadAsync(s => ReconciliationStore.LinkedAsync(s, Target, ["r2", "r9"], None), None);
        Assert.Equal(("u2", 7L), (Assert.Single(linked).Value.Link.ResourceId, linked["r2"].UpdatedAt));

        await test.Database.WriteAsync(s => ReconciliationStore.ForgetSeenAsync(s, "1", None), None);
        Assert.Equal(3, (await UnseenAsync(AccountKind.User, "", 10)).Count);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task What_is_held_is_decided_once(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await test.Database.WriteAsync(s => ReconciliationStore.AddAsync(s, Of("1", Reconciliation.OfAll), None), None);
        Assert.False(await DecideAsync(approve: true));
        await SaveAsync(test, Of("1", Reconciliation.OfAll) with { State = "held", Reason = "Too much." });
        Assert.Null(await NextAsync(test, now: 100));
        Assert.True(await DecideAsync(approve: true));
        Assert.False(await DecideAsync(approve: false));
        var next = (await NextAsync(test, now: 100))!;
        Assert.Equal((true, null, "running"), (next.IsApproved, next.Reason, next.State));

        Task<bool> DecideAsync(bool approve) => test.Database.WriteAsync(s => ReconciliationStore.DecideAsync(s, "1", approve, now: 8, None), None);
    }

    private static Reconciliation Of(string id, string scope) => new(id, Target, scope, Reconciliation.Report, "tester", 5) { Phase = "users", NextAt = 5 };

    private static Task<Reconciliation?> NextAsync(TestDatabase test, long now) =>
        test.Database.ReadAsync(s => ReconciliationStore.NextAsync(s, Target, now, None), None);

    private static Task SaveAsync(TestDatabase test, Reconciliation reconciliation, params Difference[] found) =>
        test.Database.WriteAsync(s => ReconciliationStore.SaveAsync(s, reconciliation, found, DifferenceSubject.User, [], None), None);
}
