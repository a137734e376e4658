using ScimBridge.Provisioning.Planning;
using ScimBridge.Fixtures;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

public sealed class LinkStoreTests
{
    private const string Target = "okta";

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Link_is_written_over_found_and_forgotten(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await PutAsync(test, Target, Link.Trying("u1"), new Link("u2", "r2", true, """{"a":1}""", "u1"));
        await PutAsync(test, "entra", new Link("u1", "other", true, "{}", null));
        await PutAsync(test, Target, new Link("u1", "r1", false, "{}", null));
        var found = await FindAsync(test, "u1", "u2", "u3");
        Assert.Equal(new Link("u1", "r1", false, "{}", null), found["u1"]);
        Assert.Equal(new Link("u2", "r2", true, """{"a":1}""", "u1"), found["u2"]);
        Assert.Equal(2, found.Count);

        await PutMembersAsync(test, [("g1", "u1"), ("g1", "u2")], []);
        await test.Database.WriteAsync(s => LinkStore.ForgetAsync(s, Target, ["u1"], Write.Never), Write.Never);
        Assert.Equal(["u2"], (await FindAsync(test, "u1", "u2")).Keys);
        Assert.Equal([("g1", "u2")], await MembersAsync(test));
        Assert.Single(await test.Database.ReadAsync(s => LinkStore.FindAsync(s, "entra", ["u1"], Write.Never), Write.Never));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Acknowledged_memberships_begin_and_end(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await PutMembersAsync(test, [("g1", "u1"), ("g1", "u2")], []);
        await PutMembersAsync(test, [("g1", "u2")], [("g1", "u1"), ("g2", "u1")]);
        Assert.Equal([("g1", "u2")], await MembersAsync(test));

        // One that is being begun is not acknowledged, and one that was is not doubted again.
        await test.Database.WriteAsync(s => LinkStore.TryMembersAsync(s, Target, [("g2", "u1"), ("g1", "u2")], Write.Never), Write.Never);
        Assert.Equal([("g1", "u2")], await MembersAsync(test));
        Assert.Equal([("g2", "u1")], await MembersAsync(test, isSure: false));
        await PutMembersAsync(test, [("g2", "u1")], []);
        Assert.Empty(await MembersAsync(test, isSure: false));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Accounts_are_counted_by_type_once_they_exist(DatabaseKind kind)
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
        await test.Database.CommitAsync(changes);
        Assert.Equal(default, await CountAsync(test));
        await PutAsync(
            test, Target, new Link("u1", "1", true, "{}", null), new Link("u2", "2", false, "{}", null), Link.Trying("u3"), new Link("g1", "4", true, "{}", null));
        Assert.Equal(new LinkCount(2, 1, 1), await CountAsync(test));
    }

    private static Task PutAsync(TestDatabase test, string target, params Link[] links) =>
        test.Database.WriteAsync(s => LinkStore.PutAsync(s, target, links, 0, Write.Never), Write.Never);

    private static Task<Dictionary<string, Link>> FindAsync(TestDatabase test, params string[] ids) =>
        test.Database.ReadAsync(s => LinkStore.FindAsync(s, Target, ids, Write.Never), Write.Never);

    private static Task PutMembersAsync(TestDatabase test, (string, string)[] joined, (string, string)[] left) =>
        test.Database.WriteAsync(s => LinkStore.PutMembersAsync(s, Target, joined, left, Write.Never), Write.Never);

    private static async Task<IEnumerable<(string GroupId, string MemberId)>> MembersAsync(TestDatabase test, bool isSure = true) =>
        (await test.Database.ReadAsync(s => LinkStore.FindMembersAsync(s, Target, ["g1", "g2"], ["u1", "u2"], Write.Never), Write.Never))
            .Where(m => m.Value == isSure).Select(m => m.Key);

    private static Task<LinkCount> CountAsync(TestDatabase test) =>
        test.Database.ReadAsync(s => LinkStore.CountAsync(s, Target, Write.Never), Write.Never);
}
