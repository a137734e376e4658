using ScimBridge.Connectors.Vaults;
using ScimBridge.Connectors.Webhooks;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Jobs;

/// <summary>The vault that new secrets are put into, and who is told of them; each is opened when it is first needed.</summary>
public sealed class VaultConnection : IDisposable
{
    private readonly Lazy<IVault?> _vault;
    private readonly Lazy<WebhookClient?> _consumers;

    /// <summary>Knows the configured vault.</summary>
    public VaultConnection(BridgeConfiguration configuration, TimeProvider time)
    {
        var options = configuration.Options.Rotation;
        _vault = new Lazy<IVault?>(() => options.Vault?.Open(time));
        _consumers = new Lazy<WebhookClient?>(() => options.Handover is { } handover
            ? new WebhookClient(new Uri(handover.Url), handover.Keys, TimeSpan.FromSeconds(handover.TimeoutSeconds), handover.AllowPrivateAddresses, time)
            : null);
    }

    /// <summary>The vault; null where none is configured.</summary>
    public IVault? Vault => _vault.Value;

    /// <summary>Who is told that a secret is there; null for nobody.</summary>
    public WebhookClient? Consumers => _consumers.Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_vault.IsValueCreated)
            _vault.Value?.Dispose();
        if (_consumers.IsValueCreated)
            _consumers.Value?.Dispose();
    }
}
