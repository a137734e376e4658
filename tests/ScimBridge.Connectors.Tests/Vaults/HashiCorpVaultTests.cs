using System.Text.Json.Nodes;
using ScimBridge.Connectors.Vaults;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Sandbox;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Vault;

namespace ScimBridge.Connectors.Tests.Vaults;

public class HashiCorpVaultTests : VaultContractTests
{
    private const string Token = "hvs.sandbox";

    private SandboxHost? _sandbox;
    private HashiCorpVault? _vault;

    protected override IVault Vault => _vault!;

    private protected VaultState State => _sandbox!.Vault("corp");

    public override async Task InitializeAsync()
    {
        _sandbox = await SandboxHost.StartAsync(new SandboxOptions { Vaults = [new VaultSandboxOptions("corp", Token, "role", "secret-id")] });
        _vault = new HashiCorpVault(Options(), TimeProvider.System);
    }

    public override async Task DisposeAsync()
    {
        _vault?.Dispose();
        if (_sandbox is not null)
            await _sandbox.DisposeAsync();
    }

    protected override void Put(string path, string secret) => State.Put(path, $$"""{"secret":"{{secret}}"}""");

    protected override string? Consumed(string path) => State.Read(path) is { } json ? (string?)JsonNode.Parse(json)!["secret"] : null;

    [Fact]
    public async Task Lost_reply_to_a_version_makes_no_second_one()
    {
        State.Faults.Add(new FaultRule { Kind = FaultKind.LostReply, Method = "POST", PathContains = "/secret/data", Next = 1 });

        var (outcome, _) = await Vault.WriteAsync("payroll", "k1", new Secret("one"), CancellationToken.None);
        Assert.IsType<Outcome.Retry>(outcome);
        Assert.Equal((new Outcome.Done(), 1), await Vault.WriteAsync("payroll", "k1", new Secret("one"), CancellationToken.None));
        Assert.Equal(1, State.Count("payroll"));
    }

    [Fact]
    public async Task Secret_behind_a_deleted_version_is_written_upon_it()
    {
        await Vault.WriteAsync("payroll", "k1", new Secret("one"), CancellationToken.None);
        await Vault.WriteAsync("payroll", "k2", new Secret("two"), CancellationToken.None);
        State.Put("payroll", """{"other":"thing"}""");

        Assert.IsType<Outcome.Rejected>((await Vault.ReadAsync("payroll", null, CancellationToken.None)).Outcome);
        Assert.Equal(new Secret("one"), (await Vault.ReadAsync("payroll", 1, CancellationToken.None)).Entry!.Secret);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Vault_with_trouble_is_asked_again_later(int status)
    {
        State.Faults.Add(new FaultRule { Kind = FaultKind.Error, PathContains = "/secret", Next = 1, Status = status });
        Assert.IsType<Outcome.Retry>((await Vault.ReadAsync("payroll", null, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task Token_that_is_refused_stops_everything_and_is_not_told()
    {
        var options = Options();
        (options.Token, options.AppRole) = (new SecretReference { Value = "hvs.unknown" }, null);
        using var vault = new HashiCorpVault(options, TimeProvider.System);

        var stop = Assert.IsType<Outcome.Stop>((await vault.ReadAsync("payroll", null, CancellationToken.None)).Outcome);

        Assert.DoesNotContain("hvs.unknown", stop.Reason, StringComparison.Ordinal);
    }

    private protected virtual HashiCorpVaultOptions Options() => new()
    {
        BaseUrl = _sandbox!.VaultAddress("corp").ToString(), Token = new SecretReference { Value = Token }, AllowPrivateAddresses = true,
    };
}

/// <summary>The same with the tokens of an AppRole.</summary>
public sealed class AppRoleVaultTests : HashiCorpVaultTests
{
    [Fact]
    public async Task Token_that_was_taken_back_is_had_anew()
    {
        await Vault.WriteAsync("payroll", "k1", new Secret("one"), CancellationToken.None);
        State.RevokeTokens();

        Assert.Equal(new Secret("one"), (await Vault.ReadAsync("payroll", null, CancellationToken.None)).Entry!.Secret);
    }

    [Fact]
    public async Task Secret_id_that_is_refused_stops_everything()
    {
        var options = Options();
        options.AppRole!.SecretId = new SecretReference { Value = "unknown" };
        using var vault = new HashiCorpVault(options, TimeProvider.System);

        Assert.IsType<Outcome.Stop>((await vault.ReadAsync("payroll", null, CancellationToken.None)).Outcome);
    }

    private protected override HashiCorpVaultOptions Options()
    {
        var options = base.Options();
        (options.Token, options.AppRole) = (null, new AppRoleOptions { RoleId = "role", SecretId = new SecretReference { Value = "secret-id" } });
        return options;
    }
}
