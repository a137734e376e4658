using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

public sealed class CommitTests
{
    private static readonly ResourceType User = SchemaCatalog.Default.User;
    private static readonly ResourceType Group = SchemaCatalog.Default.Group;

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Resources_memberships_journal_and_marks_are_written_together(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var changes = Write.ChangesAt(5, "okta", "entra");
        changes.Resources.Add(Write.Create(User, "u1", Write.Body(("userName", "Ann"))) with { Origin = "hr:main" });
        changes.Resources.Add(Write.Create(Group, "g1", Write.Body(("displayName", "Staff"))));
        changes.Memberships.Add(Write.Join("g1", "u1"));
        await test.Database.CommitAsync(changes);

        var row = await FindAsync(test, User, "u1");
        Assert.Equal(new ResourceRow("u1", "User", 1, 5, 5, """{"userName":"Ann"}""", "hr:main"), row);
        Assert.Equal(["group.written g1", "member.added g1", "membership.given u1", "user.written u1"], await JournalAsync(test));
        foreach (var target in changes.Targets)
            Assert.Equal(new DueCount(3, 0), await test.Database.ReadAsync(s => DueStore.CountAsync(s, target, Write.Never), Write.Never));
        Assert.Equal([("g1", "u1")], await test.Database.ReadAsync(s => MembershipStore.ExistingAsync(s, ["g1"], ["u1"], Write.Never), Write.Never));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Failure_in_the_middle_leaves_nothing_behind(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var changes = Write.Changes("okta");
        changes.Resources.Add(Write.Create(User, "u1", Write.Body(("userName", "Ann"))));
        await Assert.ThrowsAsync<InvalidOperationException>(() => test.Database.WriteAsync(
            async session =>
            {
                await Commit.WriteAsync(session, changes, Write.Never);
                throw new InvalidOperationException("after the last statement");
            },
            Write.Never));
        Assert.Null(await FindAsync(test, User, "u1"));
        Assert.Empty(await JournalAsync(test));
        Assert.Equal(default, await test.Database.ReadAsync(s => DueStore.CountAsync(s, "okta", Write.Never), Write.Never));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Change_computed_from_an_older_version_is_refused(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var first = Write.Body(("userName", "ann"));
        var second = Write.Body(("userName", "ann"), ("title", "x"));
        await PutAsync(test, Write.Create(User, "u1", first));
        await PutAsync(test, Write.Update(User, "u1", 1, first, second));
        await Assert.ThrowsAsync<ConcurrencyException>(() => PutAsync(test, Write.Update(User, "u1", 1, first, first)));
        var delete = Write.Changes();
        delete.Deletes.Add(Write.Delete(User, "u1", 1, Write.Body(("userName", "ann"))));
        await Assert.ThrowsAsync<ConcurrencyException>(() => test.Database.CommitAsync(delete));
        var row = (await FindAsync(test, User, "u1"))!;
        Assert.Equal((2, second.ToJsonString()), (row.Version, row.Body));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Unique_value_exists_once_in_a_type(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await PutAsync(test, Write.Create(User, "u1", Write.Body(("userName", "Ann"))));
        var fault = await Assert.ThrowsAsync<UniquenessException>(() => PutAsync(test, Write.Create(User, "u2", Write.Body(("userName", "ANN")))));
        Assert.Contains("resource_key", fault.Violated!, StringComparison.Ordinal);
        Assert.Null(await FindAsync(test, User, "u2"));
        await PutAsync(test, Write.Create(Group, "g1", Write.Body(("displayName", "Ann"))));
        await PutAsync(test, Write.Create(Group, "g2", Write.Body(("displayName", "Ann"))));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Two_resources_swap_a_unique_value(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var ann = Write.Body(("userName", "ann"));
        var bob = Write.Body(("userName", "bob"));
        await PutAsync(test, Write.Create(User, "u1", ann), Write.Create(User, "u2", bob));
        await PutAsync(test, Write.Update(User, "u1", 1, ann, bob), Write.Update(User, "u2", 1, bob, ann));
        Assert.Equal(bob.ToJsonString(), (await FindAsync(test, User, "u1"))!.Body);
        await Assert.ThrowsAsync<UniquenessException>(() => PutAsync(test, Write.Create(User, "u3", bob)));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Value_of_one_resource_moves_to_a_new_one(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var ann = Write.Body(("userName", "ann"));
        await PutAsync(test, Write.Create(User, "u1", ann));
        await PutAsync(test, Write.Update(User, "u1", 1, ann, Write.Body(("userName", "ann.old"))), Write.Create(User, "u2", ann));
        Assert.Equal(1, (await FindAsync(test, User, "u2"))!.Version);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Deletion_ends_memberships_and_changes_their_groups(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await PutAsync(
            test,
            Write.Create(User, "u1", Write.Body(("userName", "ann"))),
            Write.Create(Group, "g1", Write.Body(("displayName", "Staff"))),
            Write.Create(Group, "g2", Write.Body(("displayName", "Others"))));
        var joins = Write.Changes();
        joins.Memberships.Add(Write.Join("g1", "u1"));
        await test.Database.CommitAsync(joins);

        var delete = Write.ChangesAt(9_000_000, "okta");
        delete.Deletes.Add(Write.Delete(User, "u1", 1, Write.Body(("userName", "ann"))));
        await test.Database.CommitAsync(delete);

        Assert.Null(await FindAsync(test, User, "u1"));
        Assert.Empty(await test.Database.ReadAsync(s => MembershipStore.OfMembersAsync(s, ["u1"], Write.Never), Write.Never));
        Assert.Empty(await test.Database.ReadAsync(s => ResourceStore.TakenAsync(s, "User", "userName", ["ann"], Write.Never), Write.Never));
        var left = (await FindAsync(test, Group, "g1"))!;
        Assert.Equal((3, 9_000_000), (left.Version, left.ModifiedAt));
        Assert.Equal(1, (await FindAsync(test, Group, "g2"))!.Version);
        var due = Assert.Single(await test.Database.ReadAsync(s => DueStore.NextAsync(s, "okta", long.MaxValue, 10, Write.Never), Write.Never));
        Assert.Equal(("u1", Lane.Revoke), (due.ResourceId, due.Lane));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Group_and_its_member_are_deleted_together(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var create = Write.Changes();
        create.Resources.Add(Write.Create(User, "u1", Write.Body(("userName", "ann"))));
        create.Resources.Add(Write.Create(Group, "g1", Write.Body(("displayName", "Staff"))));
        create.Memberships.Add(Write.Join("g1", "u1"));
        await test.Database.CommitAsync(create);

        var delete = Write.Changes();
        delete.Deletes.AddRange([Write.Delete(User, "u1", 1, Write.Body(("userName", "ann"))), Write.Delete(Group, "g1", 1, Write.Body(("displayName", "Staff")))]);
        await test.Database.CommitAsync(delete);
        Assert.Null(await FindAsync(test, Group, "g1"));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Membership_change_makes_a_new_version_of_its_group_once(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await PutAsync(
            test,
            Write.Create(User, "u1", Write.Body(("userName", "ann"))),
            Write.Create(User, "u2", Write.Body(("userName", "bob"))),
            Write.Create(Group, "g1", Write.Body(("displayName", "Staff"))));
        var joins = Write.ChangesAt(7_000_000);
        joins.Memberships.AddRange([Write.Join("g1", "u1"), Write.Join("g1", "u2")]);
        await test.Database.CommitAsync(joins);
        var row = (await FindAsync(test, Group, "g1"))!;
        Assert.Equal((2, 7_000_000), (row.Version, row.ModifiedAt));
        Assert.Equal(1, (await FindAsync(test, User, "u1"))!.Version);

        var leaves = Write.Changes();
        leaves.Memberships.Add(Write.Leave("g1", "u1"));
        await test.Database.CommitAsync(leaves);
        Assert.Equal(["u2"], (await test.Database.ReadAsync(s => MembershipStore.PageAsync(s, "g1", null, 10, Write.Never), Write.Never)).Select(m => m.Id));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Long_values_are_unique_in_their_whole_length(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var name = new string('x', 5000);
        await PutAsync(test, Write.Create(User, "u1", Write.Body(("userName", name + "1"))));
        await PutAsync(test, Write.Create(User, "u2", Write.Body(("userName", name + "2"))));
        await Assert.ThrowsAsync<UniquenessException>(() => PutAsync(test, Write.Create(User, "u3", Write.Body(("userName", name + "1")))));
        var taken = await test.Database.ReadAsync(
            s => ResourceStore.TakenAsync(s, "User", "userName", [name + "1", name + "3"], Write.Never), Write.Never);
        Assert.Equal([name + "1"], taken);
    }

    private static Task<ResourceRow?> FindAsync(TestDatabase test, ResourceType type, string id) =>
        test.Database.ReadAsync(s => ResourceStore.FindAsync(s, type.Name, id, Write.Never), Write.Never);

    private static Task<List<string>> JournalAsync(TestDatabase test) => test.Database.ReadAsync(
        s => s.QueryAsync("SELECT kind || ' ' || subject FROM journal ORDER BY 1", r => r.GetString(0), Write.Never), Write.Never);

    private static Task PutAsync(TestDatabase test, params ResourceWrite[] writes)
    {
        var changes = Write.Changes();
        changes.Resources.AddRange(writes);
        return test.Database.CommitAsync(changes);
    }
}
