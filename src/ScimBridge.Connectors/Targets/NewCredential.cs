namespace ScimBridge.Connectors.Targets;

/// <summary>A credential that a target has just made: its secret is told this once.</summary>
/// <param name="KeyId">Its key id.</param>
/// <param name="Secret">What it is.</param>
public sealed record NewCredential(string KeyId, Secret Secret);
