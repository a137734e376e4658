using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Server.Jobs;

/// <summary>Where a rotation takes place.</summary>
/// <param name="Kind">What sort of identity it is.</param>
/// <param name="RemoteId">Its identifier at the target.</param>
/// <param name="VaultPath">The path of its secret in the vault.</param>
/// <param name="Callback">Where a consumer confirms; null for nowhere.</param>
internal sealed record RotationPlace(ServiceAccountKind Kind, string RemoteId, string VaultPath, string? Callback);
