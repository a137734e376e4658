using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Vaults;

/// <summary>
/// Where secrets are kept for those who use them: a consumer reads the current version at its path, and nothing is sent by mail.
/// <para>
/// The contract, which <c>VaultContractTests</c> executes against every implementation: each call answers with an <see cref="Outcome"/> and
/// throws nothing but <see cref="OperationCanceledException"/> of the given token; all may be repeated; a reader sees the old version or the
/// new one and never a part; no outcome and no path has a secret in it.
/// </para>
/// </summary>
public interface IVault : IDisposable
{
    /// <summary>
    /// The current version at a path, or another one; null unless the outcome is <see cref="Outcome.Done"/>, and <see cref="Outcome.Gone"/>
    /// where there is none.
    /// </summary>
    Task<(Outcome Outcome, VaultEntry? Entry)> ReadAsync(string path, int? version, CancellationToken cancel);

    /// <summary>
    /// Makes this the current version, and keeps those before; one with the key id that the current version has is done already. The version,
    /// where the outcome is <see cref="Outcome.Done"/>.
    /// </summary>
    Task<(Outcome Outcome, int Version)> WriteAsync(string path, string keyId, Secret secret, CancellationToken cancel);

    /// <summary>Forgets what a version was, for good; one that is forgotten is <see cref="Outcome.Done"/>. The current one stays.</summary>
    Task<Outcome> ForgetAsync(string path, int version, CancellationToken cancel);
}
