namespace ScimBridge.Connectors.Vaults;

/// <summary>A version of a secret in a vault.</summary>
/// <param name="Version">Its number: 1, 2, 3, ...</param>
/// <param name="KeyId">The key id of the credential, as its target has it; null where nobody said.</param>
/// <param name="Secret">What it is.</param>
public sealed record VaultEntry(int Version, string? KeyId, Secret Secret);
