using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Hosting;

public sealed class TokensTests
{
    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Token_that_another_process_revokes_is_refused_at_once_however_many_ask(DatabaseKind kind)
    {
        await using var database = await TestDatabase.CreateAsync(kind);
        var tokens = new Tokens(database.Database, SystemClock.Instance);
        var other = database.OpenNode();
        for (var round = 0; round < 20; round++)
        {
            var (token, secret) = await tokens.CreateAsync("c", "strict", [], Duration.FromDays(1), CancellationToken.None);
            using var done = new CancellationTokenSource();
            var asking = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                while (!done.IsCancellationRequested)
                    await tokens.FindAsync(secret, CancellationToken.None);
            })).ToList();
            Assert.NotNull(await tokens.FindAsync(secret, CancellationToken.None));

            Assert.True(await other.WriteAsync(s => TokenStore.RevokeAsync(s, token.Id, 1, CancellationToken.None), CancellationToken.None));

            var after = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => tokens.FindAsync(secret, CancellationToken.None)));
            Assert.All(after, Assert.Null);
            await done.CancelAsync();
            await Task.WhenAll(asking);
        }
    }
}
