using ScimBridge.Fixtures;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

public sealed class TokenStoreTests
{
    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Token_is_found_by_its_hash_and_revoked_once(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var first = new Token("t1", "entra", "entra", ["scim.read", "scim.write"], 5, 100, null);
        var second = new Token("t2", "okta", "okta", [], 4, 100, null);
        await test.Database.WriteAsync(s => TokenStore.AddAsync(s, first, "h1", Write.Never), Write.Never);
        await test.Database.WriteAsync(s => TokenStore.AddAsync(s, second, "h2", Write.Never), Write.Never);
        Assert.Equivalent(first, await FindAsync(test, "h1"), strict: true);
        Assert.Null(await FindAsync(test, "H1"));

        Assert.True(await RevokeAsync(test, "t1", 50));
        Assert.False(await RevokeAsync(test, "t1", 60));
        Assert.False(await RevokeAsync(test, "t3", 60));
        Assert.Equivalent(first with { RevokedAt = 50 }, await FindAsync(test, "h1"), strict: true);
        var all = await test.Database.ReadAsync(s => TokenStore.ListAsync(s, Write.Never), Write.Never);
        Assert.Equal(["t2", "t1"], all.Select(t => t.Id));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Same_secret_cannot_be_two_tokens(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        Task AddAsync(string id) => test.Database.WriteAsync(
            s => TokenStore.AddAsync(s, new Token(id, "c", "strict", [], 0, 0, null), "h", Write.Never), Write.Never);
        await AddAsync("t1");
        await Assert.ThrowsAsync<UniquenessException>(() => AddAsync("t2"));
    }

    private static Task<Token?> FindAsync(TestDatabase test, string hash) =>
        test.Database.ReadAsync(s => TokenStore.FindAsync(s, hash, Write.Never), Write.Never);

    private static Task<bool> RevokeAsync(TestDatabase test, string id, long now) =>
        test.Database.WriteAsync(s => TokenStore.RevokeAsync(s, id, now, Write.Never), Write.Never);
}
