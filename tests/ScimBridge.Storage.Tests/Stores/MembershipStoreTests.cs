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
