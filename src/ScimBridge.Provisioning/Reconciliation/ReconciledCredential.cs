namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>What is known of one credential of a non-human identity at a target.</summary>
/// <param name="RemoteId">The credential at the target.</param>
/// <param name="Kind">What it is, as the target calls it: a secret, a key, a token.</param>
/// <param name="ResourceId">The service account; null where the inventory has none.</param>
/// <param name="IsKnown">The inventory knows the credential.</param>
/// <param name="IsKnownToLeaver">Somebody who has left made it, owns it or may know it, and it has not been replaced since.</param>
/// <param name="HasSponsor">Somebody who is here answers for the service account.</param>
public sealed record ReconciledCredential(
    string RemoteId, string Kind, string? ResourceId, bool IsKnown, bool IsKnownToLeaver, bool HasSponsor);
