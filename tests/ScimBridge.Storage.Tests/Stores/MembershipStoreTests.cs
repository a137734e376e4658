using ScimBridge.Fixtures;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

public sealed class MembershipStoreTests
{
    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Members_come_in_pages_with_their_names(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        var first = await PageAsync(test, "staff", null, 2);
        Assert.Equal([new GroupMember("staff", "ann", "User", "Ann Archer"), new GroupMember("staff", "bob", "User", "bob")], first);
        var second = await PageAsync(test, "staff", "bob", 2);
        Assert.Equal([new GroupMember("staff", "devs", "Group", "Développeurs")], second);
        Assert.Empty(await PageAsync(test, "staff", "devs", 2));
        Assert.Empty(await PageAsync(test, "nobody", null, 2));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Members_of_several_groups_come_group_by_group(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        var members = await test.Database.ReadAsync(s => MembershipStore.OfGroupsAsync(s, ["staff", "core", "none"], Write.Never), Write.Never);
        Assert.Equal(["core cy", "core devs", "staff ann", "staff bob", "staff devs"], members.Select(m => $"{m.GroupId} {m.Id}"));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Groups_are_direct_and_indirect_and_cycles_end(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        var groups = await test.Database.ReadAsync(s => MembershipStore.GroupsOfAsync(s, ["ann", "cy", "devs", "dora"], Write.Never), Write.Never);
        Assert.Equal(
            [
                "ann core indirect", "ann devs direct", "ann staff direct",
                "cy core direct", "cy devs indirect", "cy staff indirect",
                "devs core direct", "devs staff direct",
            ],
            groups.Select(g => $"{g.MemberId} {g.GroupId} {(g.Direct ? "direct" : "indirect")}"));
        Assert.Equal(new GroupOfMember("ann", "devs", "Group", "Développeurs", true), groups[1]);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Membership_lasts_as_long_as_it_has_one_of_its_two_grounds(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        var byRule = new MembershipWrite("core", "bob", Joins: true, ByRule: true, Provisioning.Lifecycle.Lane.Change);
        var byHand = byRule with { ByRule = false, Until = 7_000_000 };

        Assert.Equal(("rule", null), await GroundsAsync(byRule));
        Assert.Equal(("rule hand", 7_000_000L), await GroundsAsync(byHand));
        Assert.Equal(("rule", null), await GroundsAsync(byHand with { Joins = false }));
        Assert.Equal(("rule hand", 7_000_000L), await GroundsAsync(byHand));
        Assert.Equal(("hand", 7_000_000L), await GroundsAsync(byRule with { Joins = false }));
        Assert.Equal(("hand", 7_000_000L), await GroundsAsync(byRule with { Joins = false }));
        Assert.Equal(("rule hand", 7_000_000L), await GroundsAsync(byRule));
        Assert.Equal(("rule", null), await GroundsAsync(byHand with { Joins = false }));
        Assert.Equal(("none", null), await GroundsAsync(byRule with { Joins = false }));

        async Task<(string, long?)> GroundsAsync(MembershipWrite write)
        {
            var changes = Write.Changes();
            changes.Memberships.Add(write);
            await test.Database.CommitAsync(changes);
            return await test.Database.ReadAsync(s => MembershipStore.FindAsync(s, "core", "bob", Write.Never), Write.Never) is { } m
                ? (string.Join(' ', new[] { m.ByRule ? "rule" : null, m.ByHand ? "hand" : null }.OfType<string>()), m.Until)
                : ("none", null);
        }
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Both_grounds_come_and_go_at_once(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        var byRule = new MembershipWrite("core", "bob", Joins: true, ByRule: true, Provisioning.Lifecycle.Lane.Change);
        var changes = Write.Changes();
        changes.Memberships.AddRange([byRule, byRule with { ByRule = false, Until = 7_000_000 }]);
        await test.Database.CommitAsync(changes);
        var found = await test.Database.ReadAsync(s => MembershipStore.FindAsync(s, "core", "bob", Write.Never), Write.Never);
        Assert.Equal(new Membership("core", "bob", ByRule: true, ByHand: true, 1_000_000, 7_000_000), found);

        changes = Write.Changes();
        changes.Memberships.AddRange([byRule with { Joins = false }, byRule with { Joins = false, ByRule = false }]);
        await test.Database.CommitAsync(changes);
        Assert.Null(await test.Database.ReadAsync(s => MembershipStore.FindAsync(s, "core", "bob", Write.Never), Write.Never));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Suspended_membership_is_kept_with_its_end_and_goes_with_its_group(DatabaseKind kind)
    {
        await using var test = await FilledAsync(kind);
        var given = new MembershipWrite("core", "bob", Joins: true, ByRule: false, Provisioning.Lifecycle.Lane.Change) { Until = 7_000_000 };
        await CommitAsync(c => c.Memberships.Add(given));
        await CommitAsync(c => c.Memberships.Add(given with { Joins = false, Until = null, Suspends = true }));
        Assert.Equal([new SuspendedMembership("core", "bob", 7_000_000)], await SuspendedAsync());
        Assert.Null(await test.Database.ReadAsync(s => MembershipStore.FindAsync(s, "core", "bob", Write.Never), Write.Never));

        await CommitAsync(c => c.SuspensionsOver.Add(("core", "bob")));
        Assert.Empty(await SuspendedAsync());

        await CommitAsync(c => c.Memberships.Add(given));
        await CommitAsync(c => c.Memberships.Add(given with { Joins = false, Suspends = true }));
        var row = await test.Database.ReadAsync(s => ResourceStore.FindAsync(s, "Group", "core", Write.Never), Write.Never);
        await CommitAsync(c => c.Deletes.Add(Write.Delete(SchemaCatalog.Default.Group, "core", row!.Version, Write.Body(("displayName", "Core")))));
        Assert.Empty(await SuspendedAsync());

        Task<List<SuspendedMembership>> SuspendedAsync() =>
            test.Database.ReadAsync(s => MembershipStore.SuspendedAsync(s, ["bob"], Write.Never), Write.Never);

        Task CommitAsync(Action<Changes> fill)
        {
            var changes = Write.Changes();
            fill(changes);
            return test.Database.CommitAsync(changes);
        }
    }

    /// <summary>staff holds ann, bob and devs; devs holds ann and core; core holds cy and, in a circle, devs.</summary>
    private static async Task<TestDatabase> FilledAsync(DatabaseKind kind)
    {
        var test = await TestDatabase.CreateAsync(kind);
        var changes = Write.Changes();
        changes.Resources.AddRange(
        [
            Write.Create(SchemaCatalog.Default.User, "ann", Write.Body(("userName", "ann"), ("displayName", "Ann Archer"))),
            Write.Create(SchemaCatalog.Default.User, "bob", Write.Body(("userName", "bob"), ("displayName", ""))),
            Write.Create(SchemaCatalog.Default.User, "cy", Write.Body(("userName", "cy"))),
            Write.Create(SchemaCatalog.Default.User, "dora", Write.Body(("userName", "dora"))),
            Write.Create(SchemaCatalog.Default.Group, "staff", Write.Body(("displayName", "Staff"))),
            Write.Create(SchemaCatalog.Default.Group, "devs", Write.Body(("displayName", "Développeurs"))),
            Write.Create(SchemaCatalog.Default.Group, "core", Write.Body(("displayName", "Core"))),
        ]);
        changes.Memberships.AddRange(
        [
            Write.Join("staff", "ann"), Write.Join("staff", "bob"), Write.Join("staff", "devs"),
            Write.Join("devs", "ann"), Write.Join("devs", "core"), Write.Join("core", "cy"), Write.Join("core", "devs"),
        ]);
        await test.Database.CommitAsync(changes);
        return test;
    }

    private static Task<List<GroupMember>> PageAsync(TestDatabase test, string group, string? after, int limit) =>
        test.Database.ReadAsync(s => MembershipStore.PageAsync(s, group, after, limit, Write.Never), Write.Never);
}
