using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

/// <summary>Names that accounts at targets have: what a listing shows is what is kept, and nobody is given one between the look and the writing.</summary>
public sealed class NameAtTargetStoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Names_follow_what_was_seen_of_the_accounts_and_nothing_else_is_touched(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await PutAsync(test, 1, ["a", "b"], new ForeignAccount("a", ["ann", "ann@x"], null, "7"), new ForeignAccount("b", ["beth", "ann"], "u1", null));
        Assert.Equal(["a ann", "b ann", "b beth"], (await FindAsync(test, "ann", "beth")).Select(n => $"{n.RemoteId} {n.Folded}").Order(StringComparer.Ordinal));
        Assert.Equal(new NameAtTarget("corp", "a", "ann", null, "7"), (await FindAsync(test, "ann")).Single(n => n.RemoteId == "a"));
        Assert.Empty(await test.Database.ReadAsync(s => NameAtTargetStore.FindAsync(s, ["ann"], ["other"], None), None));

        // One is renamed, the other is somebody's by now.
        await PutAsync(test, 2, ["a", "b"], new ForeignAccount("a", ["anna", "ann@x"], null, "7"));
        Assert.Empty(await FindAsync(test, "ann", "beth"));
        Assert.Equal(["a 1", "a 2"], await test.Database.ReadAsync(
            s => s.QueryAsync("SELECT remote_id, noted_at FROM name_at_target ORDER BY noted_at", r => $"{r.GetString(0)} {r.GetInt64(1)}", None), None));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_a_listing_of_everything_has_not_shown_is_forgotten_but_for_what_was_seen_meanwhile(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var listing = new Reconciliation("r1", "corp", Reconciliation.OfAll, Reconciliation.Report, "tester", 5) { Phase = "users" };
        await PutAsync(test, 1, ["a", "b"], new ForeignAccount("a", ["ann"], null, null), new ForeignAccount("b", ["beth"], null, null));
        await PutAsync(test, 9, ["c"], new ForeignAccount("c", ["carol"], null, null));
        await test.Database.WriteAsync(
            async s =>
            {
                await ReconciliationStore.AddAsync(s, listing, None);
                await ReconciliationStore.SaveAsync(s, listing, [], DifferenceSubject.User, ["a"], None);
                await NameAtTargetStore.ForgetUnseenAsync(s, "corp", "r1", 5, None);
            },
            None);
        Assert.Equal(["ann", "carol"], (await FindAsync(test, "ann", "beth", "carol")).Select(n => n.Folded).Order(StringComparer.Ordinal));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Name_that_was_free_when_it_was_looked_up_is_not_written_when_it_is_taken_by_then(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await PutAsync(test, 1, ["a"], new ForeignAccount("a", ["ann"], null, null));

        await Assert.ThrowsAsync<UniquenessException>(() => CreateAsync(test, "u1", "ann", ["corp"]));
        Assert.Equal(0, await test.Database.ReadAsync(s => ResourceStore.CountAsync(s, "User", None), None));
        // Of a target that is configured no longer nothing counts.
        await CreateAsync(test, "u1", "ann", ["other"]);
        Assert.Equal(1, await test.Database.ReadAsync(s => ResourceStore.CountAsync(s, "User", None), None));
    }

    private static Task CreateAsync(TestDatabase test, string id, string userName, string[] targets)
    {
        var changes = new Changes(NodaTime.Instant.FromUnixTimeTicks(100), "system", "test", []) { NamedAt = targets };
        changes.Resources.Add(Write.Create(SchemaCatalog.Default.User, id, new JsonObject { ["userName"] = userName }));
        changes.NamesFreeAtTargets.Add(userName);
        return test.Database.WriteAsync(s => Commit.WriteAsync(s, changes, None), None);
    }

    private static Task PutAsync(TestDatabase test, long now, string[] seen, params ForeignAccount[] foreign) =>
        test.Database.WriteAsync(s => NameAtTargetStore.PutAsync(s, "corp", seen, foreign, now, None), None);

    private static async Task<List<NameAtTarget>> FindAsync(TestDatabase test, params string[] names) =>
        [.. (await test.Database.ReadAsync(s => NameAtTargetStore.FindAsync(s, names, ["corp"], None), None)).SelectMany(g => g)];
}
