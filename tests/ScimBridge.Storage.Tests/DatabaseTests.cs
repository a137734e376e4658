using ScimBridge.Fixtures;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests;

public sealed class DatabaseTests
{
    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task What_is_read_again_is_true_whoever_wrote_since(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var other = test.OpenNode();
        Assert.Equal(0, await CountAsync(test.Database));
        for (var n = 1; n <= 20; n++)
        {
            var writer = n % 2 == 0 ? test.Database : other;
            await writer.WriteAsync(
                s => TokenStore.AddAsync(s, new Token($"t{n}", "c", "strict", [], 0, 0, null), $"h{n}", Write.Never), Write.Never);
            Assert.Equal(n, await CountAsync(test.Database));
            Assert.Equal(n, await CountAsync(other));
        }
    }

    [Fact]
    public async Task Nothing_is_read_again_while_nobody_writes()
    {
        await using var test = await TestDatabase.CreateAsync(DatabaseKind.Sqlite);
        var reads = 0;
        for (var n = 0; n < 10; n++)
            await test.Database.ReadAgainAsync("count", _ => Task.FromResult(++reads), Write.Never);
        Assert.Equal(1, reads);
        await test.Database.ReadAgainAsync("something else", _ => Task.FromResult(++reads), Write.Never);
        Assert.Equal(2, reads);
    }

    private static Task<int> CountAsync(Database database) => database.ReadAgainAsync(
        "count", async s => (await TokenStore.ListAsync(s, Write.Never)).Count, Write.Never);
}
