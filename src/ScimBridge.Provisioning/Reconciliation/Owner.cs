namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>Whose an account could be that is linked to nobody.</summary>
/// <param name="ResourceId">The resource.</param>
/// <param name="By">What it was recognised by: <c>correlationKey</c>, or an attribute.</param>
/// <param name="LinkedTo">The account that is known for the resource's; null where there is none.</param>
public sealed record Owner(string ResourceId, string By, string? LinkedTo);
