using ScimBridge.Connectors.Vaults;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Tests.Vaults;

/// <summary>What <see cref="IVault"/> promises, executed.</summary>
public abstract class VaultContractTests : IAsyncLifetime
{
    private const string Place = "scimbridge/entra/payroll";

    private static readonly CancellationToken None = CancellationToken.None;

    protected abstract IVault Vault { get; }

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    /// <summary>Puts a secret at a path by hand, without a key id.</summary>
    protected abstract void Put(string path, string secret);

    /// <summary>What a consumer reads at a path; null where there is nothing.</summary>
    protected abstract string? Consumed(string path);

    [Fact]
    public async Task Where_nothing_is_nothing_is_read()
    {
        Assert.IsType<Outcome.Gone>((await Vault.ReadAsync(Place, version: null, None)).Outcome);
        Assert.IsType<Outcome.Gone>((await Vault.ReadAsync(Place, version: 7, None)).Outcome);
        Assert.IsType<Outcome.Done>(await Vault.ForgetAsync(Place, version: 7, None));
    }

    [Fact]
    public async Task What_is_written_is_current_and_what_was_is_kept_until_it_is_forgotten()
    {
        var first = await WrittenAsync("k1", "one");
        var second = await WrittenAsync("k2", "two");
        Assert.True(second > first);

        Assert.Equal("two", Consumed(Place));
        Assert.Equal(new VaultEntry(second, "k2", new Secret("two")), await ReadAsync(version: null));
        Assert.Equal(new VaultEntry(first, "k1", new Secret("one")), await ReadAsync(first));

        Assert.IsType<Outcome.Rejected>(await Vault.ForgetAsync(Place, second, None));
        for (var time = 0; time < 2; time++)
            Assert.IsType<Outcome.Done>(await Vault.ForgetAsync(Place, first, None));
        Assert.IsType<Outcome.Gone>((await Vault.ReadAsync(Place, first, None)).Outcome);
        Assert.Equal("two", Consumed(Place));
    }

    [Fact]
    public async Task Writing_again_makes_no_other_version()
    {
        var version = await WrittenAsync("k1", "one");

        Assert.Equal(version, await WrittenAsync("k1", "one"));
        Assert.Equal(version + 1, await WrittenAsync("k2", "two"));
    }

    [Fact]
    public async Task What_somebody_put_there_is_kept_as_the_version_before()
    {
        Put(Place, "by hand");
        var found = await ReadAsync(version: null);
        Assert.Equal((null, new Secret("by hand")), (found.KeyId, found.Secret));

        var version = await WrittenAsync("k1", "one");

        Assert.Equal("one", Consumed(Place));
        Assert.Equal(new Secret("by hand"), (await ReadAsync(version - 1)).Secret);
    }

    [Theory]
    [InlineData("../outside")]
    [InlineData("a/../b")]
    [InlineData("/etc/passwd")]
    [InlineData("")]
    [InlineData("a//b")]
    [InlineData("a?version=1")]
    [InlineData("a b")]
    public async Task What_is_no_path_is_refused(string path)
    {
        Assert.IsType<Outcome.Rejected>((await Vault.ReadAsync(path, version: null, None)).Outcome);
        Assert.IsType<Outcome.Rejected>((await Vault.WriteAsync(path, "k", new Secret("s"), None)).Outcome);
        Assert.IsType<Outcome.Rejected>(await Vault.ForgetAsync(path, 1, None));
    }

    private async Task<int> WrittenAsync(string keyId, string secret)
    {
        var (outcome, version) = await Vault.WriteAsync(Place, keyId, new Secret(secret), None);
        Assert.IsType<Outcome.Done>(outcome);
        return version;
    }

    private async Task<VaultEntry> ReadAsync(int? version)
    {
        var (outcome, entry) = await Vault.ReadAsync(Place, version, None);
        Assert.IsType<Outcome.Done>(outcome);
        return entry!;
    }
}
