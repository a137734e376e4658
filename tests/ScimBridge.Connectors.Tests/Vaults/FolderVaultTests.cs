using ScimBridge.Connectors.Vaults;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Tests.Vaults;

public sealed class FolderVaultTests : VaultContractTests
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "vault-" + Guid.NewGuid().ToString("N"));
    private FolderVault? _vault;

    protected override IVault Vault => _vault!;

    public override Task InitializeAsync()
    {
        _vault = new FolderVault(_folder);
        return Task.CompletedTask;
    }

    public override Task DisposeAsync()
    {
        _vault?.Dispose();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    protected override void Put(string path, string secret)
    {
        var file = Path.Combine(_folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, secret + "\n");
    }

    protected override string? Consumed(string path) => File.Exists(Path.Combine(_folder, path)) ? File.ReadAllText(Path.Combine(_folder, path)) : null;

    [Fact]
    public async Task Files_are_readable_by_their_owner_alone_and_none_is_left_half()
    {
        // What one who was stopped left over.
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "payroll.new"), "half");
        await Vault.WriteAsync("payroll", "k1", new Secret("one"), CancellationToken.None);
        await Vault.WriteAsync("payroll", "k2", new Secret("two"), CancellationToken.None);

        var files = Directory.GetFiles(_folder, "*", SearchOption.AllDirectories);
        Assert.Equal(3, files.Length);
        if (OperatingSystem.IsWindows())
            return;
        foreach (var file in files)
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public async Task Reader_sees_the_old_or_the_new_one_at_every_moment()
    {
        await Vault.WriteAsync("payroll", "k0", new Secret("secret 0 of many"), CancellationToken.None);
        var isOver = false;
        var reading = Task.Run(() =>
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            while (!Volatile.Read(ref isOver))
                seen.Add(Consumed("payroll") ?? "nothing");
            return seen;
        });
        for (var i = 1; i <= 50; i++)
            await Vault.WriteAsync("payroll", $"k{i}", new Secret($"secret {i} of many"), CancellationToken.None);
        Volatile.Write(ref isOver, true);

        Assert.All(await reading, text => Assert.Matches("^secret [0-9]+ of many$", text));
    }

    [Fact]
    public async Task Folder_that_cannot_be_written_is_tried_again_later()
    {
        await File.WriteAllTextAsync(_folder, "a file where the folder should be");
        try
        {
            Assert.IsType<Outcome.Retry>((await Vault.WriteAsync("payroll", "k1", new Secret("one"), CancellationToken.None)).Outcome);
        }
        finally
        {
            File.Delete(_folder);
        }
    }
}
