using ScimBridge.Fixtures;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

public sealed class SigningKeyStoreTests
{
    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task First_key_of_an_algorithm_stays(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        Assert.Empty(await AllAsync(test));

        await AddAsync(test, "RS256", [1, 2, 3]);
        await AddAsync(test, "RS256", [4]);
        await AddAsync(test, "ES256", [5]);

        var all = await AllAsync(test);
        Assert.Equal(2, all.Count);
        Assert.Equal([1, 2, 3], all["RS256"]);
        Assert.Equal([5], all["ES256"]);
    }

    private static Task AddAsync(TestDatabase test, string algorithm, byte[] key) =>
        test.Database.WriteAsync(s => SigningKeyStore.AddAsync(s, algorithm, key, 7, Write.Never), Write.Never);

    private static Task<Dictionary<string, byte[]>> AllAsync(TestDatabase test) =>
        test.Database.ReadAsync(s => SigningKeyStore.AllAsync(s, Write.Never), Write.Never);
}
