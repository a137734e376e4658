namespace ScimBridge.Sandbox.Vault;

/// <summary>A stand-in of HashiCorp Vault with a KV version 2 engine at <c>secret</c>: its name in the URL, and who may do everything there.</summary>
/// <param name="Name">The name in the URL.</param>
/// <param name="Token">A token.</param>
/// <param name="RoleId">The role id of an AppRole.</param>
/// <param name="SecretId">Its secret id.</param>
public sealed record VaultSandboxOptions(string Name, string Token, string RoleId, string SecretId);
