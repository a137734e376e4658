
namespace ScimBridge.Provisioning.Mapping;

/// <summary>What one resource means at one target.</summary>
/// <param name="Account">The account as it should be.</param>
/// <param name="Prepare">It may be created although it is not active: its worker is about to start.</param>
/// <param name="Awaits">The manager's resource, where the manager has no account at the target yet; the account is delivered without.</param>
public sealed record MappedAccount(DesiredAccount Account, bool Prepare, string? Awaits);
